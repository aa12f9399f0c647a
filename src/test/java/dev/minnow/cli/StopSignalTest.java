package dev.minnow.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A training in another process that a person ends. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "signals are sent by kill, and whether this process ignores them is read from /proc")
class StopSignalTest {
  /** Bit of SIGINT in the mask of signals that a process ignores. */
  private static final long INTERRUPT = 1L << 1;

  @TempDir
  private Path folder;

  @Test
  void anotherInterruptEndsAStepThatTakesLong() throws Exception {
    assumeTrue(
        !ignoresInterrupts(), "this process was started in the background with SIGINT ignored, and so are those that it starts");
    Path text = Files.writeString(folder.resolve("text.txt"), "to be or not to be\n".repeat(5_000));
    Path out = folder.resolve("out");
    Path log = folder.resolve("log.txt");
    List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
    command.addAll(List.of("@scripts/jvm.options", "-cp", System.getProperty("java.class.path"), Minnow.class.getName()));
    command.addAll(List.of("train", text.toString(), "--out", out.toString(), "--kernel", "scalar", "--vocab-size", "256", "--steps", "9"));
    command.addAll(List.of("--layers", "4", "--heads", "4", "--width", "256", "--context", "128", "--batch", "64"));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    try {
      await(() -> Files.exists(out.resolve("metrics.jsonl")), log);
      // As a terminal and a program around this one do, one after the other.
      interrupt(process);
      Thread.sleep(50);
      interrupt(process);
      await(() -> text(log).contains("stopping after this step"), log);
      assertFalse(process.waitFor(700, TimeUnit.MILLISECONDS), () -> "ended at once, or a step took less than a moment: " + text(log));
      interrupt(process);
      assertTrue(process.waitFor(5, TimeUnit.SECONDS), () -> "still running: " + text(log));
    } finally {
      process.destroyForcibly();
    }
    assertEquals(ExitCode.INTERRUPTED, process.exitValue());
    assertFalse(Files.exists(out.resolve("model.safetensors")));
  }

  private static boolean ignoresInterrupts() throws IOException {
    String line =
        Files.readAllLines(Path.of("/proc/self/status")).stream().filter(any -> any.startsWith("SigIgn:")).findFirst().orElseThrow();
    return (Long.parseUnsignedLong(line.substring("SigIgn:".length()).strip(), 16) & INTERRUPT) != 0;
  }

  private static void interrupt(Process process) throws IOException, InterruptedException {
    assertEquals(0, new ProcessBuilder("kill", "-INT", String.valueOf(process.pid())).start().waitFor());
  }

  private static void await(BooleanSupplier condition, Path log) throws InterruptedException {
    for (int tenths = 0; !condition.getAsBoolean(); tenths++) {
      assertTrue(tenths < 600, () -> "nothing came for a minute: " + text(log));
      Thread.sleep(100);
    }
  }

  private static String text(Path log) {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
