package dev.minnow.cli;

import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** Errors as a user sees them: one sentence on stderr; with {@code --verbose} the stack trace too. */
final class ErrorSentence {
  private static final int FAILED = 1;
  private static final int WRONG_USAGE = 2;

  private ErrorSentence() {}

  static int wrongUsage(ParameterException thrown, String[] arguments) {
    CommandLine command = thrown.getCommandLine();
    command.getErr().println("minnow: " + sentence(thrown));
    command.getErr().println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
    return WRONG_USAGE;
  }

  static int failed(Exception thrown, CommandLine command, boolean verbose) {
    command.getErr().println("minnow: " + sentence(thrown));
    if (verbose) {
      thrown.printStackTrace(command.getErr());
    }
    return FAILED;
  }

  private static String sentence(Exception thrown) {
    String message = thrown.getMessage();
    return message == null || message.isBlank() ? thrown.getClass().getName() + " (--verbose shows where)." : message;
  }
}
