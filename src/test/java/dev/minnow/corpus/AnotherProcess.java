package dev.minnow.corpus;

import java.io.IOException;
import java.nio.file.Path;

/** A program of the tests that locks a file until its standard input ends. */
public final class AnotherProcess implements AutoCloseable {
  private final Process process;
  private final boolean locked;

  /** Starts the program, and waits until it has tried. */
  public AnotherProcess(Path file) throws IOException {
    process =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp", System.getProperty("java.class.path"),
            AnotherProcess.class.getName(), file.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    locked = process.getInputStream().read() == 'y';
  }

  /** Whether it got the file. */
  public boolean locked() {
    return locked;
  }

  @Override
  public void close() throws IOException {
    process.getOutputStream().close();
    process.onExit().join();
  }

  static void main(String[] arguments) throws IOException {
    System.out.print(SoleFile.lock(Path.of(arguments[0])).isPresent() ? 'y' : 'n');
    System.out.flush();
    System.in.readAllBytes();
  }
}
