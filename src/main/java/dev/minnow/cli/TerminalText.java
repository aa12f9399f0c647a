package dev.minnow.cli;

/** Text of unknown origin on its way to a terminal. */
final class TerminalText {
  /** The pictures of the control characters 0 to 32 begin here. */
  private static final int CONTROL_PICTURES = 0x2400;

  private static final int DELETE = 0x7F;
  private static final int DELETE_PICTURE = 0x2421;

  private TerminalText() {}

  /** Shows control characters, which could recolour, clear or command the terminal, as pictures; lines and tabs stay. */
  static String of(String text) {
    StringBuilder visible = new StringBuilder(text.length());
    text.codePoints().map(TerminalText::picture).forEach(visible::appendCodePoint);
    return visible.toString();
  }

  /** Text on one line in quotes, so that spaces and line ends show. */
  static String quoted(String text) {
    return "\"" + of(text).replace("\n", "\\n").replace("\t", "\\t") + "\"";
  }

  private static int picture(int character) {
    if (character == '\n' || character == '\t' || !Character.isISOControl(character)) {
      return character;
    }
    if (character < ' ') {
      return CONTROL_PICTURES + character;
    }
    return character == DELETE ? DELETE_PICTURE : 0xFFFD;
  }
}
