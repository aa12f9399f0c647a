package dev.minnow.tokenizer.split;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.minnow.tokenizer.NastyText;
import dev.minnow.tokenizer.TokenizerException;
import dev.minnow.tokenizer.regex.RandomRegex;
import dev.minnow.tokenizer.regex.RegexMatcher;
import dev.minnow.tokenizer.regex.RegexProgram;
import dev.minnow.tokenizer.regex.RegexText;
import dev.minnow.tokenizer.unicode.CaseFolding;
import dev.minnow.tokenizer.unicode.CodePointSet;
import dev.minnow.tokenizer.unicode.UnicodeProperty;
import dev.minnow.tokenizer.unicode.Utf8;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class RegexSplitterTest {
  private static final int PATTERNS = Integer.getInteger("minnow.splitterTrials", 40_000) / 30;

  private static List<String> split(String regex, SplitBehavior behavior, boolean inverted, String text) throws TokenizerException {
    return split(RegexSplitter.regex(regex, behavior, inverted), text);
  }

  private static List<String> split(SplitLevel splitter, String text) {
    List<String> pieces = new ArrayList<>();
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    splitter.split(bytes, 0, bytes.length, (piece, from, to) -> pieces.add(new String(piece, from, to - from, StandardCharsets.UTF_8)));
    return pieces;
  }

  @Test
  void behaviorsAreThoseOfHuggingFace() throws TokenizerException {
    String text = "the-final--countdown";
    assertEquals(List.of("the", "final", "countdown"), split("-", SplitBehavior.REMOVED, false, text));
    assertEquals(List.of("the", "-", "final", "-", "-", "countdown"), split("-", SplitBehavior.ISOLATED, false, text));
    assertEquals(List.of("the-", "final-", "-", "countdown"), split("-", SplitBehavior.MERGED_WITH_PREVIOUS, false, text));
    assertEquals(List.of("the", "-final", "-", "-countdown"), split("-", SplitBehavior.MERGED_WITH_NEXT, false, text));
    assertEquals(List.of("the", "-", "final", "--", "countdown"), split("-", SplitBehavior.CONTIGUOUS, false, text));
  }

  @Test
  void invertedBehaviorsAreThoseOfHuggingFace() throws TokenizerException {
    String text = "How are you doing?";
    String regex = "\\w+|[^\\w\\s]+";
    assertEquals(List.of("How", "are", "you", "doing", "?"), split(regex, SplitBehavior.REMOVED, true, text));
    assertEquals(
        List.of("How", " ", "are", " ", "you", " ", "doing", "?"),
        split(regex, SplitBehavior.ISOLATED, true, text));
    assertEquals(List.of("How ", "are ", "you ", "doing", "?"), split(regex, SplitBehavior.MERGED_WITH_PREVIOUS, true, text));
    assertEquals(List.of("How", " are", " you", " doing", "?"), split(regex, SplitBehavior.MERGED_WITH_NEXT, true, text));
    assertEquals(List.of("How", " ", "are", " ", "you", " ", "doing?"), split(regex, SplitBehavior.CONTIGUOUS, true, text));
  }

  @Test
  void aFixedTextIsNoExpression() {
    assertEquals(List.of("a", ".", "b"), split(RegexSplitter.literal(".", SplitBehavior.ISOLATED, false), "a.b"));
    assertEquals(List.of("a ", "b ", " "), split(RegexSplitter.literal(" ", SplitBehavior.MERGED_WITH_PREVIOUS, false), "a b  "));
    assertEquals(List.of("é", "中"), split(RegexSplitter.literal("", SplitBehavior.ISOLATED, false), "é中"));
  }

  @Test
  void syntaxIsOnigurumas() throws TokenizerException {
    // Groups of three from the right; a repeated interval; ends of lines; a hexadecimal digit; the dot and newlines.
    assertEquals(List.of("1", "234", "567"), split("(?=(\\d{3})+(?!\\d))", SplitBehavior.ISOLATED, false, "1234567"));
    assertEquals(List.of("1234567"), split("\\p{N}{1,3}+", SplitBehavior.ISOLATED, false, "1234567"));
    assertEquals(List.of("a", "\nb\n"), split("^a$", SplitBehavior.ISOLATED, false, "a\nb\n"));
    assertEquals(List.of("x", "fF", "g"), split("\\h+", SplitBehavior.ISOLATED, false, "xfFg"));
    assertEquals(List.of("a", "\n", "b"), split(".", SplitBehavior.ISOLATED, false, "a\nb"));
    assertEquals(List.of("a\nb"), split("(?m).+", SplitBehavior.ISOLATED, false, "a\nb"));
    assertEquals(List.of("abh", "cdgz"), split("[a-w&&[^c-g]]+", SplitBehavior.ISOLATED, false, "abhcdgz"));
    assertEquals(List.of("ſ", "t", "K", "i"), split("(?i:s|k)", SplitBehavior.ISOLATED, false, "ſtKi"));
    assertEquals(List.of("ab", "A", "aC"), split("a(?i)b|c", SplitBehavior.ISOLATED, false, "abAaC"));
    assertEquals(List.of("a{,}", "{"), split("a{,}", SplitBehavior.ISOLATED, false, "a{,}{"));
    assertEquals(List.of("中文", "abc"), split("\\p{Han}+", SplitBehavior.ISOLATED, false, "中文abc"));
    assertEquals(List.of("a", "]", "-", "b"), split("[]-]", SplitBehavior.ISOLATED, false, "a]-b"));
    assertEquals(List.of("a", "\r\n", "b"), split("\\R", SplitBehavior.ISOLATED, false, "a\r\nb"));
    assertEquals(List.of("Zoë", "!"), split("[[:alpha:]]+", SplitBehavior.ISOLATED, false, "Zoë!"));
    // Outside of brackets superscripts and fractions of Latin-1 are parts of words; only in brackets symbols are punctuation.
    for (String words : List.of("\\w+", "\\W+", "\\p{Word}+", "\\P{word}+", "\\b")) {
      assertEquals(List.of("m²", " ", "x½y", " $", "a", "§"), split(words, SplitBehavior.ISOLATED, false, "m² x½y $a§"), words);
    }
    for (String words : List.of("[\\w]+", "[^\\W]+", "[\\p{Word}]+", "[[:word:]]+")) {
      assertEquals(List.of("m", "² ", "x", "½", "y", " $", "a", "§"), split(words, SplitBehavior.ISOLATED, false, "m² x½y $a§"), words);
    }
    for (String punctuation : List.of("[[:punct:]]+", "[[:^punct:]]+", "[^[:punct:]]+")) {
      assertEquals(List.of("m² x½y ", "$", "a", "§"), split(punctuation, SplitBehavior.ISOLATED, false, "m² x½y $a§"), punctuation);
    }
    assertEquals(List.of("m² x½y $a", "§"), split("[\\p{punct}]+", SplitBehavior.ISOLATED, false, "m² x½y $a§"));
    assertEquals(List.of("foo", "Bar"), split("(?<=\\p{Ll})(?=\\p{Lu})", SplitBehavior.ISOLATED, false, "fooBar"));
    assertEquals(List.of("a", " ", "b"), split("(?x) [ ] # a space", SplitBehavior.ISOLATED, false, "a b"));
  }

  @Test
  void whatIsNotSupportedIsNamed() {
    String[][] cases = {{"(a)\\1", "\\1"}, {"\\Ga", "\\G"}, {"\\X", "\\X"}, {"\\p{Klingon}", "Klingon"}, {"(?(1)a|b)", "(?("},
        {"(?~a)", "(?~"}, {"(?:a?)*", "may be empty"}, {"(?<=a*)b", "look behind"}, {"(?i:strasse)", "st"}, {"(?i:[ß])", "stand"},
        {"\\xFF", "7F"}, {"(?:(?:a{1000}){1000}b){9}", "too long"}, {"(?s).", "(?s"}};
    for (String[] each : cases) {
      TokenizerException error =
          assertThrows(TokenizerException.class, () -> RegexSplitter.regex(each[0], SplitBehavior.ISOLATED, false), each[0]);
      assertTrue(error.getMessage().contains("not supported"), error.getMessage());
      assertTrue(error.getMessage().contains(each[1]), error.getMessage());
    }
    for (String wrong : List.of("(a", "a)", "[a", "*a", "a{3,1}", "[b-a]", "\\p", "\\p{L", "(?", "\\x{110000}", "^*", "\\")) {
      assertThrows(TokenizerException.class, () -> RegexSplitter.regex(wrong, SplitBehavior.ISOLATED, false), wrong);
    }
    assertThrows(
        TokenizerException.class,
        () -> RegexSplitter.regex("(".repeat(5000) + ")".repeat(5000), SplitBehavior.ISOLATED, false));
  }

  @Test
  void publishedPatternsSplitAsTheirOwnSplitters() throws TokenizerException {
    Random random = new Random(5);
    for (String name : SplitPattern.names()) {
      SplitPattern pattern = SplitPattern.named(name).orElseThrow();
      RegexSplitter regex = RegexSplitter.regex(pattern.regex(), SplitBehavior.ISOLATED, false);
      for (int trial = 0; trial < 2 * PATTERNS; trial++) {
        byte[] text = NastyText.random(random, 20);
        IntArrayList expected = new IntArrayList();
        pattern.splitter().split(text, 0, text.length, (piece, from, to) -> expected.add(to));
        IntArrayList found = new IntArrayList();
        regex.split(text, 0, text.length, (piece, from, to) -> found.add(to));
        assertEquals(expected, found, () -> name + ": " + NastyText.show(text));
      }
    }
  }

  @Test
  void randomExpressionsMatchWhereJavasDo() {
    int compared = 0;
    for (int trial = 0; trial < PATTERNS; trial++) {
      int seed = trial;
      Random random = new Random(seed);
      String regex = RandomRegex.expression(random);
      Pattern java = Pattern.compile(regex, Pattern.UNICODE_CASE | Pattern.MULTILINE | Pattern.UNIX_LINES);
      SplitBehavior behavior = SplitBehavior.values()[random.nextInt(5)];
      boolean inverted = random.nextBoolean();
      RegexSplitter splitter;
      try {
        splitter = RegexSplitter.regex(regex, behavior, inverted);
        if (!RandomRegex.isTriedWholeByJava(regex)) {
          continue;
        }
      } catch (TokenizerException unsupported) {
        boolean expected = unsupported.getMessage().contains("may be empty") || unsupported.getMessage().contains("a place is repeated");
        assertTrue(expected, unsupported.getMessage());
        continue;
      }
      for (int i = 0; i < 8; i++) {
        byte[] text = RandomRegex.text(random);
        List<String> expected = expected(java, behavior, inverted, text);
        List<String> found = new ArrayList<>();
        splitter.split(text, 0, text.length, (piece, from, to) -> found.add(from + "-" + to));
        assertEquals(
            expected, found, () -> regex + " " + behavior + (inverted ? " inverted: " : ": ") + NastyText.show(text) + ", seed " + seed);
        compared++;
      }
    }
    assertTrue(compared > 4 * PATTERNS, "Only " + compared + " texts were compared.");
  }

  @Test
  void rememberingFailuresChangesNoMatch() throws TokenizerException {
    int matches = 0;
    for (int trial = 0; trial < PATTERNS; trial++) {
      int seed = -1 - trial;
      Random random = new Random(seed);
      RegexProgram program;
      try {
        program = RegexProgram.compile(RandomRegex.expression(random));
      } catch (TokenizerException unsupported) {
        continue;
      }
      for (int i = 0; i < 8; i++) {
        byte[] text = RandomRegex.text(random);
        RegexText whole = new RegexText(text, 0, text.length);
        RegexMatcher forgetful = new RegexMatcher(program, whole);
        RegexMatcher remembering = new RegexMatcher(program, whole, 0);
        for (int at = 0; at <= text.length;) {
          int end = forgetful.find(at);
          assertEquals(end, remembering.find(at), () -> NastyText.show(text) + ", seed " + seed);
          if (end < 0) {
            break;
          }
          assertEquals(forgetful.start(), remembering.start());
          at = end > at || end == text.length ? Math.max(end, at + 1) : end + whole.lengthAt(end);
          matches++;
        }
      }
    }
    assertTrue(matches > 4 * PATTERNS, "Only " + matches + " matches.");
  }

  private record Part(int from, int to, boolean match) {}

  /** Hugging Face's algorithm as it is written: a list of matches and what is between, folded from either end. */
  private static List<String> expected(Pattern pattern, SplitBehavior behavior, boolean inverted, byte[] text) {
    StringBuilder characters = new StringBuilder();
    IntArrayList offsets = new IntArrayList();
    for (int at = 0; at < text.length;) {
      int decoded = Utf8.decode(text, at, text.length);
      characters.appendCodePoint(decoded >> 3);
      for (int i = Character.charCount(decoded >> 3); i > 0; i--) {
        offsets.add(at);
      }
      at += decoded & 7;
    }
    offsets.add(text.length);
    List<Part> parts = new ArrayList<>();
    Matcher matcher = pattern.matcher(characters).useTransparentBounds(true).useAnchoringBounds(false);
    int previous = 0;
    int lastMatch = -1;
    int at = 0;
    while (text.length > 0 && at <= characters.length() && matcher.find(at)) {
      if (matcher.start() > 0 && Character.isSurrogatePair(characters.charAt(matcher.start() - 1), at(characters, matcher.start()))) {
        // Java takes a place inside of a surrogate pair for one.
        at = matcher.start() + 1;
        continue;
      }
      if (matcher.start() == matcher.end() && matcher.end() == lastMatch) {
        at = matcher.end() + (matcher.end() < characters.length() ? Character.charCount(characters.codePointAt(matcher.end())) : 1);
        continue;
      }
      if (previous != matcher.start()) {
        parts.add(new Part(offsets.getInt(previous), offsets.getInt(matcher.start()), inverted));
      }
      parts.add(new Part(offsets.getInt(matcher.start()), offsets.getInt(matcher.end()), !inverted));
      previous = matcher.end();
      lastMatch = previous;
      at = previous;
    }
    if (previous != characters.length()) {
      parts.add(new Part(offsets.getInt(previous), text.length, inverted));
    }
    List<Part> order = behavior == SplitBehavior.MERGED_WITH_NEXT ? parts.reversed() : parts;
    List<Part> folded = new ArrayList<>();
    boolean before = false;
    for (Part part : order) {
      boolean joins = switch (behavior) {
        case REMOVED, ISOLATED -> false;
        case CONTIGUOUS -> part.match == before;
        case MERGED_WITH_PREVIOUS, MERGED_WITH_NEXT -> part.match && !before;
      };
      if (joins && !folded.isEmpty()) {
        Part last = folded.removeLast();
        folded.add(new Part(Math.min(last.from, part.from), Math.max(last.to, part.to), false));
      } else if (behavior != SplitBehavior.REMOVED || !part.match) {
        folded.add(part);
      }
      before = part.match;
    }
    List<Part> pieces = behavior == SplitBehavior.MERGED_WITH_NEXT ? folded.reversed() : folded;
    return pieces.stream().filter(piece -> piece.from < piece.to).map(piece -> piece.from + "-" + piece.to).toList();
  }

  private static char at(StringBuilder characters, int index) {
    return index < characters.length() ? characters.charAt(index) : 'x';
  }

  @Test
  void aMillionRepeatsTakeNoDeepStackAndLinearTime() throws TokenizerException {
    String[][] cases = {{"(?:a|b|'s)+|\\s", "a"}, {"(?:a|b|'s)+|\\s", "'s"}, {"(?:\\s|\\n)*[\\r\\n]|\\s", " "}, {"\\s*[\\r\\n]|\\s", " "},
        {"\\s*[\\r\\n]|\\s", "\n"}, {"(?:[^\\r\\n\\p{L}]?\\p{L}+)+", "'s"}, {"(?:[^\\r\\n\\p{L}]?\\p{L}+)+", "^"}, {"(?:a+)+$", "a"},
        {"(?:a|aa)+b|^", "a"}, {"(?>(?:a|')+)s?", "a"}, {"(?:'s){2,}+|a*?b", "'s"}, {"(?:'s){2,}+|a*?b", "a"},
        {"\\s+(?=x)|(?:a|a)+?c", "a"}, {"(?<= )\\s|(?<!\\^)\\^", "^"}, {"a+b|\\^+\\z| +x", "a"}, {"a+b|\\^+\\z| +x", "^"}};
    for (String[] each : cases) {
      RegexSplitter splitter = RegexSplitter.regex(each[0], SplitBehavior.CONTIGUOUS, false);
      byte[] text = (each[1].repeat(1_000_000) + "y").getBytes(StandardCharsets.UTF_8);
      int[] covered = {0};
      assertTimeoutPreemptively(
          Duration.ofSeconds(20),
          () -> splitter.split(text, 0, text.length, (piece, from, to) -> covered[0] += to - from),
          () -> each[0] + " on " + each[1]);
      assertEquals(text.length, covered[0]);
    }
  }

  @Test
  void aPatternThatTakesQuadraticTimeIsStopped() throws TokenizerException {
    RegexSplitter splitter = RegexSplitter.regex("(?=(?:a|a|b)*c)", SplitBehavior.ISOLATED, false);
    byte[] text = "a".repeat(40).getBytes(StandardCharsets.UTF_8);
    IllegalStateException error =
        assertTimeoutPreemptively(
            Duration.ofSeconds(20),
            () -> assertThrows(IllegalStateException.class, () -> splitter.split(text, 0, text.length, (t, f, e) -> {})));
    assertTrue(error.getMessage().contains("steps"), error.getMessage());
  }

  @Test
  void propertiesAreJavas() {
    for (String name : List.of("L", "Lu", "Ll", "Lt", "Lm", "Lo", "M", "Mn", "N", "Nd", "P", "Pc", "S", "Sm", "Z", "Zs", "Cc", "Cn",
        "IsHan", "IsGreek", "IsWhite_Space", "IsAlphabetic", "InCyrillic")) {
      Pattern java = Pattern.compile("\\p{" + name + "}");
      CodePointSet set = UnicodeProperty.named(name.startsWith("Is") ? name.substring(2) : name).orElseThrow();
      CodePointSet opposite = set.complement();
      for (int c = 0; c <= Character.MAX_CODE_POINT; c += c < 0x800 ? 1 : 61) {
        boolean expected = java.matcher(Character.toString(c)).matches();
        assertEquals(expected, set.contains(c), name + " U+%X".formatted(c));
        assertEquals(!expected, opposite.contains(c), name + " U+%X".formatted(c));
      }
    }
    assertTrue(UnicodeProperty.named("Old_Italic").isPresent() && UnicodeProperty.named("Hani").isPresent());
    assertTrue(UnicodeProperty.named("Uppercase_Letter").orElseThrow().equals(UnicodeProperty.named("lu").orElseThrow()));
  }

  @Test
  void caseIsFoldedAsInJavaButForTheTurkishI() {
    int[] letters = {'s', 'k', 'S', 'σ', 'ς', 'µ', 'å', 0x212B, 'ǆ', 'ǅ', 0x10428, 0x3B8, 0x3F4, 0x390, 'd', '1'};
    for (int letter : letters) {
      CodePointSet closed = CaseFolding.close(CodePointSet.of(letter));
      Pattern java = Pattern.compile(Pattern.quote(Character.toString(letter)), Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);
      for (int c = 0; c < 0x20000; c += c < 0x600 || c > 0x1E00 && c < 0x2200 || c > 0x103FF && c < 0x10500 ? 1 : 7) {
        assertEquals(java.matcher(Character.toString(c)).matches(), closed.contains(c), "U+%X, U+%X".formatted(letter, c));
      }
    }
    assertEquals(CodePointSet.of('i').union(CodePointSet.of('I')), CaseFolding.close(CodePointSet.of('i')));
  }

  @Test
  void setsAreCombinedAsSets() {
    Random random = new Random(3);
    for (int trial = 0; trial < 200; trial++) {
      CodePointSet left = CodePointSet.none();
      CodePointSet right = CodePointSet.none();
      boolean[] inLeft = new boolean[300];
      boolean[] inRight = new boolean[300];
      for (int i = 0; i < 4; i++) {
        int first = random.nextInt(300);
        int last = Math.min(299, first + random.nextInt(40));
        left = left.union(CodePointSet.range(first, last));
        Arrays.fill(inLeft, first, last + 1, true);
        right = right.union(CodePointSet.of(first / 2));
        inRight[first / 2] = true;
      }
      CodePointSet complement = left.complement();
      CodePointSet intersection = left.intersection(right);
      CodePointSet union = left.union(right);
      for (int c = 0; c < 300; c++) {
        assertEquals(inLeft[c], left.contains(c));
        assertEquals(!inLeft[c], complement.contains(c));
        assertEquals(inLeft[c] && inRight[c], intersection.contains(c));
        assertEquals(inLeft[c] || inRight[c], union.contains(c));
      }
      assertEquals(left, left.complement().complement());
    }
  }
}
