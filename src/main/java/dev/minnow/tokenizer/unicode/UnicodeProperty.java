package dev.minnow.tokenizer.unicode;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntPredicate;

/**
 * The sets that {@code \p{...}} and {@code [[:...:]]} name: general categories, scripts, blocks, some binary properties and POSIX classes,
 * with the names and meanings of Oniguruma, which is what Hugging Face's patterns are written for. Spaces, hyphens, underscores and case do
 * not matter. The data is this JDK's Unicode version.
 */
public final class UnicodeProperty {
  /** The long names of general categories, in the order of {@link #CATEGORY_CODES}. */
  private static final String[] CATEGORY_NAMES = {"other", "control", "format", "unassigned", "privateuse", "surrogate", "letter",
      "casedletter", "lowercaseletter", "modifierletter", "otherletter", "titlecaseletter", "uppercaseletter", "mark", "spacingmark",
      "enclosingmark", "nonspacingmark", "number", "decimalnumber", "letternumber", "othernumber", "punctuation", "connectorpunctuation",
      "dashpunctuation", "closepunctuation", "finalpunctuation", "initialpunctuation", "otherpunctuation", "openpunctuation", "symbol",
      "currencysymbol", "modifiersymbol", "mathsymbol", "othersymbol", "separator", "lineseparator", "paragraphseparator",
      "spaceseparator"};

  private static final String[] CATEGORY_CODES = {"c", "cc", "cf", "cn", "co", "cs", "l", "lc", "ll", "lm", "lo", "lt", "lu", "m", "mc",
      "me", "mn", "n", "nd", "nl", "no", "p", "pc", "pd", "pe", "pf", "pi", "po", "ps", "s", "sc", "sk", "sm", "so", "z", "zl", "zp", "zs"};

  /** The two-letter codes by {@link Character#getType}; there is no type 17. */
  private static final String[] TYPE_CODES = {"cn", "lu", "ll", "lt", "lm", "lo", "mn", "me", "mc", "nd", "nl", "no", "zs", "zl", "zp",
      "cc", "cf", "", "co", "cs", "pd", "ps", "pe", "pc", "po", "sm", "sc", "sk", "so", "pi", "pf"};

  /** By normalised name; no more than there are properties. */
  private static final Map<String, CodePointSet> KNOWN = new ConcurrentHashMap<>();

  private UnicodeProperty() {}

  public static CodePointSet whiteSpace() {
    return named("space").orElseThrow();
  }

  public static CodePointSet digit() {
    return named("digit").orElseThrow();
  }

  public static CodePointSet word() {
    return named("word").orElseThrow();
  }

  /**
   * What {@code \w}, {@code \p{Word}} and {@code \b} take for a word outside of brackets: Oniguruma asks a table of Latin-1 there, which
   * counts its superscripts and fractions among them.
   */
  public static CodePointSet bareWord() {
    return word().union(CodePointSet.range(0xB2, 0xB3)).union(CodePointSet.of(0xB9)).union(CodePointSet.range(0xBC, 0xBE));
  }

  /** What {@code [[:punct:]]} names, and {@code \p{punct}} does not: symbols too. */
  public static CodePointSet bracketedPunctuation() {
    return named("p").orElseThrow().union(named("s").orElseThrow());
  }

  /** The set of a name, if there is one. */
  public static Optional<CodePointSet> named(String name) {
    String plain = name.toLowerCase(Locale.ROOT).replaceAll("[ _-]", "");
    CodePointSet known = KNOWN.get(plain);
    if (known != null) {
      return Optional.of(known);
    }
    Optional<CodePointSet> found = condition(plain).map(CodePointSet::where);
    found.ifPresent(set -> KNOWN.put(plain, set));
    return found;
  }

  private static Optional<IntPredicate> condition(String name) {
    return posix(name).or(() -> binary(name)).or(() -> category(name)).or(() -> script(name)).or(() -> block(name));
  }

  private static Optional<IntPredicate> posix(String name) {
    return Optional.ofNullable(switch (name) {
      case "any" -> c -> true;
      case "ascii" -> c -> c < 128;
      case "alnum" -> alphabeticOr(types("nd"));
      case "alpha" -> Character::isAlphabetic;
      case "blank" -> ofTypes(types("zs")).or(c -> c == '\t');
      case "cntrl" -> ofTypes(types("cc"));
      case "digit" -> ofTypes(types("nd"));
      case "graph" -> visible();
      case "lower" -> Character::isLowerCase;
      case "print" -> visible().or(ofTypes(types("zs")));
      case "punct" -> ofTypes(types("p"));
      case "space" -> c -> CharacterClass.of(c) == CharacterClass.WHITE_SPACE;
      case "upper" -> Character::isUpperCase;
      case "word" -> alphabeticOr(types("m") | types("nd") | types("pc"));
      case "xdigit" -> c -> c < 128 && Character.digit(c, 16) >= 0;
      default -> null;
    });
  }

  private static Optional<IntPredicate> binary(String name) {
    return Optional.ofNullable(switch (name) {
      case "alphabetic" -> Character::isAlphabetic;
      case "assigned" -> ofTypes(~types("cn"));
      case "emoji" -> Character::isEmoji;
      case "emojipresentation" -> Character::isEmojiPresentation;
      case "extendedpictographic" -> Character::isExtendedPictographic;
      case "ideographic" -> Character::isIdeographic;
      case "lowercase" -> Character::isLowerCase;
      case "uppercase" -> Character::isUpperCase;
      case "whitespace" -> c -> CharacterClass.of(c) == CharacterClass.WHITE_SPACE;
      default -> null;
    });
  }

  private static Optional<IntPredicate> category(String name) {
    int named = Arrays.asList(CATEGORY_NAMES).indexOf(name);
    String code = named >= 0 ? CATEGORY_CODES[named] : name;
    if (code.equals("lc")) {
      return Optional.of(ofTypes(types("lu") | types("ll") | types("lt")));
    }
    return Arrays.asList(CATEGORY_CODES).contains(code) ? Optional.of(ofTypes(types(code))) : Optional.empty();
  }

  /** By name or by the four letters of ISO 15924. */
  private static Optional<IntPredicate> script(String name) {
    for (Character.UnicodeScript script : Character.UnicodeScript.values()) {
      if (script.name().replace("_", "").toLowerCase(Locale.ROOT).equals(name)) {
        return Optional.of(c -> Character.UnicodeScript.of(c) == script);
      }
    }
    try {
      Character.UnicodeScript script = Character.UnicodeScript.forName(name);
      return Optional.of(c -> Character.UnicodeScript.of(c) == script);
    } catch (IllegalArgumentException unknown) {
      return Optional.empty();
    }
  }

  private static Optional<IntPredicate> block(String name) {
    if (!name.startsWith("in")) {
      return Optional.empty();
    }
    try {
      Character.UnicodeBlock block = Character.UnicodeBlock.forName(name.substring(2));
      return Optional.of(c -> block.equals(Character.UnicodeBlock.of(c)));
    } catch (IllegalArgumentException unknown) {
      return Optional.empty();
    }
  }

  private static IntPredicate visible() {
    int invisible = types("cc") | types("cs") | types("cn");
    return ofTypes(~invisible).and(c -> CharacterClass.of(c) != CharacterClass.WHITE_SPACE);
  }

  private static IntPredicate alphabeticOr(int types) {
    return ofTypes(types).or(Character::isAlphabetic);
  }

  private static IntPredicate ofTypes(int types) {
    return c -> (types >>> Character.getType(c) & 1) != 0;
  }

  /** A bit for each value of {@link Character#getType} of a category. */
  private static int types(String category) {
    int types = 0;
    for (int type = 0; type < TYPE_CODES.length; type++) {
      types |= TYPE_CODES[type].startsWith(category) ? 1 << type : 0;
    }
    return types;
  }
}
