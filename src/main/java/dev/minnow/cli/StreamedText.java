package dev.minnow.cli;

/** Text that is shown piece by piece as it is generated. */
final class StreamedText {
  private final Console console;
  private final boolean terminal;
  private boolean lineOpen;

  StreamedText(Console console) {
    this.console = console;
    this.terminal = console.outputIsTerminal();
  }

  void print(String piece) {
    if (!piece.isEmpty()) {
      console.print(terminal ? TerminalText.of(piece) : piece);
      lineOpen = !piece.endsWith("\n");
    }
  }

  /** Ends the line unless the text did. */
  void endLine() {
    if (lineOpen) {
      console.print("\n");
      lineOpen = false;
    }
  }
}
