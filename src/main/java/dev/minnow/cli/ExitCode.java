package dev.minnow.cli;

/** What a process says to the shell that started it. SIGTERM gives 143, and SIGHUP 129, without our doing. */
final class ExitCode {
  static final int DONE = 0;
  static final int FAILED = 1;
  static final int WRONG_USAGE = 2;
  static final int INTERRUPTED = 130;

  private ExitCode() {}
}
