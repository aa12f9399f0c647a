package dev.minnow.cli;

import picocli.CommandLine;

/** The help of a command, no wider than the terminal that shows it. */
final class HelpPage {
  /** Also where it goes to a file or a pipe. */
  private static final int WIDEST = 100;

  /** In fewer columns a description would have no room beside its option. */
  private static final int NARROWEST = 60;

  private HelpPage() {}

  /** @param terminal whether a terminal shows it */
  static String of(CommandLine command, boolean terminal) {
    return of(command, terminal ? TerminalWidth.columns() : WIDEST);
  }

  /** @param columns of what shows it */
  static String of(CommandLine command, int columns) {
    return command.setUsageHelpWidth(Math.clamp(columns, NARROWEST, WIDEST)).getUsageMessage();
  }
}
