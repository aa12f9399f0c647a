package dev.minnow.corpus.clean;

import java.lang.Character.UnicodeScript;
import java.util.Arrays;

/**
 * How much a text is like language or source code, by signs that need no dictionary and no alphabet. Each is mapped to [0, 1], one half
 * being the limit argued at its constant, and the least of them counts: noise of one kind is noise. For one thread, one document after
 * the other.
 */
final class Likeness {
  /**
   * Share of visible characters that stand in plausible words: books 0.9 and more, Java source 0.7, minified scripts 0.6; hex dumps 0.2,
   * base64 and tables of numbers below 0.1, random printable characters 0.26.
   */
  private static final double NO_WORDS = 0.25;
  private static final double ALL_WORDS = 0.55;

  /** Longest word of a script with upper and lower case; German compounds reach it, lines of base64 or of nucleotides exceed it. */
  private static final int LONGEST_WORD = 40;

  /** Bits per visible character. Prose has 4.2, code 5, two letters in turn 1, four nucleotides 2; equal chances of 16 digits 4. */
  private static final double MONOTONOUS_BITS = 1.5;
  private static final double VARIED_BITS = 3.5;

  /** Bits per visible ASCII character: base64 reaches 6, random printable characters 6.55, source code 5.3. */
  private static final double ORDERED_BITS = 5.5;
  private static final double RANDOM_BITS = 6.1;

  /** Share of different shingles: prose 0.95, code 0.5 to 0.8, generated code 0.1; a page copied fifteen times into itself 0.07. */
  private static final double REPEATED = 0.01;
  private static final double DISTINCT = 0.13;

  /** Share of neighbouring letters of different scripts: Japanese mixes three that count as one here; random code points 0.5 or more. */
  private static final double ONE_SCRIPT = 0.1;
  private static final double MIXED_SCRIPTS = 0.5;

  /** Fewer characters, shingles or pairs show nothing: estimates of entropy and shares are off by a tenth and more. */
  private static final int ENOUGH = 200;

  private static final int ASCII = 128;
  private static final int SHINGLE_BITS = 1 << 17;
  /** Beyond so many shingles the bitmap fills up; the start of a document speaks for it. */
  private static final int MOST_SHINGLES = 1 << 15;

  /** Visible characters: one count for each of ASCII, the others spread over as many counts again. */
  private final long[] counts = new long[2 * ASCII];
  private final long[] shinglesSeen = new long[SHINGLE_BITS / Long.SIZE];
  private long visible;
  private long inWords;
  private long letterPairs;
  private long scriptChanges;
  private int shingles;

  /** The run of letters that is being read. */
  private int runLetters;
  private boolean runCased;
  private boolean runAfterDigit;
  private int previous;

  private void reset() {
    Arrays.fill(counts, 0);
    if (shingles > 0) {
      Arrays.fill(shinglesSeen, 0);
    }
    visible = 0;
    inWords = 0;
    letterPairs = 0;
    scriptChanges = 0;
    shingles = 0;
  }

  long visible() {
    return visible;
  }

  /** Takes the next shingle. */
  void addShingle(int hash) {
    if (shingles < MOST_SHINGLES) {
      shingles++;
      shinglesSeen[(hash & SHINGLE_BITS - 1) >> 6] |= 1L << hash;
    }
  }

  /** Takes the next part of the text. */
  void add(String text) {
    previous = ' ';
    runLetters = 0;
    for (int i = 0; i < text.length();) {
      int c = text.codePointAt(i);
      i += Character.charCount(c);
      addCharacter(c);
    }
    endRun();
  }

  private void addCharacter(int c) {
    if (!isVisible(c)) {
      endRun();
      previous = c;
      return;
    }
    visible++;
    counts[c < ASCII ? c : ASCII | (c ^ c >> 7) & ASCII - 1]++;
    if (!isWordCharacter(c)) {
      endRun();
    } else {
      if (runLetters == 0) {
        runCased = false;
        runAfterDigit = isDigit(previous);
      } else {
        letterPairs++;
        scriptChanges += sameScript(previous, c) ? 0 : 1;
      }
      runLetters++;
      runCased |= Character.isUpperCase(c) || Character.isLowerCase(c);
    }
    previous = c;
  }

  private void endRun() {
    // Names end in digits, as in utf8; letters after digits are hexadecimal or base64.
    boolean implausible = runAfterDigit || runCased && (runLetters > LONGEST_WORD || runLetters == 1 && previous < ASCII);
    if (!implausible) {
      inWords += runLetters;
    }
    runLetters = 0;
  }

  private static boolean isVisible(int c) {
    return c < ASCII ? c > ' ' : !Character.isWhitespace(c) && !Character.isSpaceChar(c);
  }

  private static boolean isDigit(int c) {
    return c < ASCII ? c >= '0' && c <= '9' : Character.isDigit(c);
  }

  /** Letters and the marks on them, with the joiners that Persian and Indic words have inside. */
  private static boolean isWordCharacter(int c) {
    if (c < ASCII) {
      return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
    }
    int type = Character.getType(c);
    return Character.isLetter(c) || type == Character.NON_SPACING_MARK || type == Character.COMBINING_SPACING_MARK
        || type == Character.FORMAT;
  }

  private static boolean sameScript(int a, int b) {
    // Characters of one block of 256 need no search.
    return a >> 8 == b >> 8 || script(a) == script(b) || script(a) == UnicodeScript.INHERITED || script(b) == UnicodeScript.INHERITED;
  }

  private static UnicodeScript script(int c) {
    UnicodeScript script = UnicodeScript.of(c);
    return switch (script) {
      case HIRAGANA, KATAKANA, HANGUL, BOPOMOFO -> UnicodeScript.HAN;
      case COMMON -> UnicodeScript.INHERITED;
      default -> script;
    };
  }

  /** The document's likeness in [0, 1]; the next text begins another. */
  float finish() {
    double least = visible == 0 ? 0 : rise(inWords / (double) visible, NO_WORDS, ALL_WORDS);
    if (visible >= ENOUGH) {
      least = Math.min(least, rise(entropy(0, counts.length), MONOTONOUS_BITS, VARIED_BITS));
    }
    if (Arrays.stream(counts, 0, ASCII).sum() >= ENOUGH) {
      least = Math.min(least, 1 - rise(entropy(0, ASCII), ORDERED_BITS, RANDOM_BITS));
    }
    if (shingles >= ENOUGH) {
      least = Math.min(least, rise(distinctShingles() / shingles, REPEATED, DISTINCT));
    }
    if (letterPairs >= ENOUGH) {
      least = Math.min(least, 1 - rise(scriptChanges / (double) letterPairs, ONE_SCRIPT, MIXED_SCRIPTS));
    }
    reset();
    return (float) least;
  }

  private static double rise(double value, double zero, double one) {
    return Math.clamp((value - zero) / (one - zero), 0, 1);
  }

  /** Bits per character of those in [from, to). */
  private double entropy(int from, int to) {
    double total = 0;
    double weighted = 0;
    for (int i = from; i < to; i++) {
      if (counts[i] > 0) {
        total += counts[i];
        weighted += counts[i] * Math.log((double) counts[i]);
      }
    }
    return total == 0 ? 0 : (Math.log(total) - weighted / total) / Math.log(2);
  }

  /** How many there are by the bits that stayed empty (linear counting, Whang et al. 1990). */
  private double distinctShingles() {
    long set = Arrays.stream(shinglesSeen).map(Long::bitCount).sum();
    return -SHINGLE_BITS * Math.log1p(-(double) set / SHINGLE_BITS);
  }
}
