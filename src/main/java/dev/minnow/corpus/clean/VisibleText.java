package dev.minnow.corpus.clean;

import java.text.Normalizer;

/**
 * Text in NFC without what nobody sees: control and format characters go, but for the joiners that Persian, Indic scripts and emoji are
 * spelled with; all spaces become the plain one, all breaks of lines LF. Done twice, it is done once.
 */
final class VisibleText {
  private static final int ZERO_WIDTH_NON_JOINER = 0x200C;
  private static final int ZERO_WIDTH_JOINER = 0x200D;
  private static final int NEXT_LINE = 0x85;

  private VisibleText() {}

  static String of(String text) {
    if (isPlain(text)) {
      return text;
    }
    // Composed first, because that makes ASCII of some others (the Kelvin sign); and again, because a base and its mark may have met.
    return Normalizer.normalize(filtered(Normalizer.normalize(text, Normalizer.Form.NFC)), Normalizer.Form.NFC);
  }

  private static boolean isPlain(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < ' ' ? c != '\n' && c != '\t' : c > '~') {
        return false;
      }
    }
    return true;
  }

  private static String filtered(String text) {
    StringBuilder kept = new StringBuilder(text.length());
    int previous = '\n';
    for (int i = 0; i < text.length();) {
      int c = text.codePointAt(i);
      i += Character.charCount(c);
      int next = i < text.length() ? text.codePointAt(i) : '\n';
      int shown = shown(c, previous, next);
      if (shown >= 0) {
        kept.appendCodePoint(shown);
        previous = shown;
      }
    }
    return kept.toString();
  }

  /** What stands for the character between these two, or -1 for nothing. */
  private static int shown(int c, int previous, int next) {
    if (c >= ' ' && c <= '~') {
      return c;
    }
    if (c == ZERO_WIDTH_JOINER || c == ZERO_WIDTH_NON_JOINER) {
      return joins(previous) && joins(next) ? c : -1;
    }
    return switch (Character.getType(c)) {
      case Character.CONTROL -> control(c, next);
      case Character.SPACE_SEPARATOR -> ' ';
      case Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> '\n';
      case Character.FORMAT -> isInvisible(c) ? -1 : c;
      case Character.SURROGATE -> -1;
      case Character.UNASSIGNED -> (c & 0xFFFE) == 0xFFFE ? -1 : c;
      default -> c;
    };
  }

  private static int control(int c, int next) {
    return switch (c) {
      case '\t' -> '\t';
      // Vertical tab and form feed too: pages and sections of old text files.
      case '\n', 0x0B, '\f', NEXT_LINE -> '\n';
      case '\r' -> next == '\n' ? -1 : '\n';
      default -> -1;
    };
  }

  private static boolean joins(int c) {
    return c > '~' && switch (Character.getType(c)) {
      case Character.CONTROL, Character.FORMAT, Character.SPACE_SEPARATOR, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE, Character.UNASSIGNED ->
        false;
      default -> true;
    };
  }

  /** Format characters that leave no trace on the page, unlike the number signs of Arabic and the layout of hieroglyphs and music. */
  private static boolean isInvisible(int c) {
    boolean softHyphenOrMark = c == 0xAD || c == 0x061C || c == 0x180E || c == 0xFEFF;
    boolean directionOrWidth = c >= 0x200B && c <= 0x206F;
    boolean annotation = c >= 0xFFF9 && c <= 0xFFFB;
    boolean tag = c >= 0xE0000 && c <= 0xE007F;
    return softHyphenOrMark || directionOrWidth || annotation || tag;
  }
}
