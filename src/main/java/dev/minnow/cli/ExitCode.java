package dev.minnow.cli;

/**
 * What a process says to the shell that started it. A command line that has to be another one is wrong usage, even if that depends on what
 * is there already: an {@code --out} with files that are not to be replaced. What is to be read and is missing or damaged, and what cannot
 * be written, is a failure. SIGTERM gives 143, and SIGHUP 129, without our doing.
 */
final class ExitCode {
  static final int DONE = 0;
  static final int FAILED = 1;
  static final int WRONG_USAGE = 2;
  static final int INTERRUPTED = 130;

  private ExitCode() {}
}
