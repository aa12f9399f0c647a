package dev.minnow.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A program of the tests in another JVM, with vectors and guard words. */
public final class JavaProcess {
  private JavaProcess() {}

  /** What it prints on standard output; it must end well within two minutes. */
  public static String run(Path folder, List<String> flags, Class<?> program, String argument) throws IOException, InterruptedException {
    return run(folder, List.of(), flags, program, argument);
  }

  /** The same within a limit on what the process takes of the address space; Linux keeps it. */
  public static String runWithin(long addressSpaceBytes, Path folder, List<String> flags, Class<?> program, String argument)
      throws IOException, InterruptedException {
    List<String> shell = List.of("sh", "-c", "ulimit -v " + addressSpaceBytes / 1024 + " && exec \"$@\"", "sh");
    return run(folder, shell, flags, program, argument);
  }

  private static String run(Path folder, List<String> starter, List<String> flags, Class<?> program, String argument)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(starter);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("--add-modules=jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED", "-Dminnow.guards=true"));
    command.addAll(flags);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), program.getName(), argument));
    Path out = Files.createTempFile(folder, "out", ".txt");
    Path err = Files.createTempFile(folder, "err", ".txt");
    Process process = new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile()).start();
    try {
      assertTrue(process.waitFor(120, TimeUnit.SECONDS), () -> "still running: " + command);
    } finally {
      process.destroyForcibly();
    }
    String printed = Files.readString(out, StandardCharsets.UTF_8);
    assertEquals(0, process.exitValue(), () -> command + " printed " + printed + " and " + read(err));
    return printed;
  }

  private static String read(Path path) {
    try {
      return Files.readString(path, StandardCharsets.UTF_8);
    } catch (IOException e) {
      return e.toString();
    }
  }
}
