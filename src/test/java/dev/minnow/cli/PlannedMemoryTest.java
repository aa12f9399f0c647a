package dev.minnow.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The memory that {@code plan} expects is what its own process takes, which runs real steps to measure their speed. */
class PlannedMemoryTest {
  /** Runs a command line and prints the peak resident memory of its process, as Linux tells it. */
  static final class PlanProcess {
    private static final Path STATUS = Path.of("/proc/self/status");

    private PlanProcess() {}

    public static void main(String[] arguments) throws IOException {
      int exitCode = Minnow.run(Minnow.COMMANDS, Console.system(), Map.of(), arguments);
      System.out.println(Files.readAllLines(STATUS).stream().filter(line -> line.startsWith("VmHWM:")).findFirst().orElseThrow());
      System.exit(exitCode);
    }
  }

  @ParameterizedTest
  @EnabledOnOs(OS.LINUX)
  @ValueSource(strings = {"vector", "auto"})
  void thePeakOfARealProcessIsAsPlanned(String kernel, @TempDir Path folder) throws IOException, InterruptedException {
    Path out = folder.resolve("out");
    Path error = folder.resolve("error");
    Process process =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(), "@scripts/jvm.options", "-cp",
            System.getProperty("java.class.path"), PlanProcess.class.getName(), "plan", "--kernel", kernel, "--threads", "2", "--json")
            .redirectOutput(out.toFile())
            .redirectError(error.toFile())
            .start();
    assertTrue(process.waitFor(2, TimeUnit.MINUTES), "plan did not end in two minutes");
    assertEquals(0, process.exitValue(), Files.readString(error));
    List<String> lines = Files.readAllLines(out);
    JsonNode plan = new ObjectMapper().readTree(lines.getFirst());
    long planned = plan.get("bytes").longValue();
    long peak = Long.parseLong(lines.getLast().replaceAll("[^0-9]", "")) * 1024;
    assertTrue(Math.abs(planned - peak) < 0.15 * peak, (planned >> 20) + " MiB planned, " + (peak >> 20) + " MiB taken: " + plan);
  }
}
