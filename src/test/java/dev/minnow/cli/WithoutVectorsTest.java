package dev.minnow.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Commands in a JVM that was started without the module of the Vector API, or where vectors are of no use. */
class WithoutVectorsTest {
  private static final String SHAPE = "--layers 1 --heads 2 --width 8 --context 8 --vocab-size 256 --batch 2 --steps 3";

  private static final String WITHOUT_LIMIT =
      "minnow: What this machine can do at most cannot be measured, because the JVM was started without --add-modules"
          + " jdk.incubator.vector; start java with --add-modules jdk.incubator.vector.\n";

  @TempDir
  private Path temporary;

  @ParameterizedTest
  @ValueSource(strings = {"scalar", "auto"})
  void trainingRunsAndTellsNoPeak(String kernel) throws IOException, InterruptedException {
    Path corpus = Files.writeString(temporary.resolve("corpus.txt"), "The quick brown fox jumps over the lazy dog.\n".repeat(50));
    Path out = temporary.resolve("model");
    CommandRun run = run("train " + corpus + " --out " + out + " --kernel " + kernel + " --json " + SHAPE);
    assertEquals("scalar", run.json().get("kernel").textValue());
    JsonNode start = new JsonMapper().readTree(Files.readAllLines(out.resolve("metrics.jsonl")).getFirst());
    assertEquals("scalar", start.get("kernel").textValue());
    assertFalse(start.has("peak_gigaflops"), start.toString());
  }

  @ParameterizedTest
  @CsvSource({"matmul --rows 3 --inputs 4 --outputs 5,gflops,peak_gflops,share_of_peak", "train " + SHAPE + ",gflops,,share_of_peak",
      "generate --layers 1 --heads 2 --width 8 --context 8 --vocab-size 256 --tokens 2,gigabytes_per_second,read_gigabytes_per_second,"
          + "share_of_bandwidth"})
  void whatIsHeldAgainstALimitIsMeasuredWithoutIt(String benchmark, String rate, String limit, String share)
      throws InterruptedException, ExecutionException {
    String commandLine = "bench " + benchmark + " --kernel scalar --threads 1";
    CommandRun run;
    CommandRun text;
    // One beside the other, since either takes ten seconds of one processor.
    try (ExecutorService processes = Executors.newFixedThreadPool(2)) {
      Future<CommandRun> asJson = processes.submit(() -> run(commandLine + " --json"));
      Future<CommandRun> asText = processes.submit(() -> run(commandLine));
      run = asJson.get();
      text = asText.get();
    }
    assertEquals(WITHOUT_LIMIT, run.error());
    JsonNode json = run.json();
    assertTrue(json.get(rate).doubleValue() > 0, run.out());
    assertTrue(json.get(share).isNull(), run.out());
    assertTrue(limit == null || json.get(limit).isNull(), run.out());
    assertEquals(ExitCode.DONE, text.exitCode(), text.error());
    assertTrue(text.out().matches("(?s).*[0-9] G(FLOP|B)/s\n"), text.out());
    assertFalse(text.out().contains("NaN") || text.out().contains("peak"), text.out());
  }

  @ParameterizedTest
  @ValueSource(strings = {"64", "wide"})
  void aWidthThatVectorsDoNotHaveIsWrongUsage(String bits) throws IOException, InterruptedException {
    List<String> jvm = List.of("--add-modules=jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED", "-Dminnow.vectorBits=" + bits);
    CommandRun run = run(jvm, "doctor");
    assertEquals(
        "minnow: The system property minnow.vectorBits must be 128, 256 or 512, not " + bits + "; leave it out for what the CPU prefers.\n",
        run.error().replaceFirst("^WARNING: .*\n", ""));
    assertEquals(ExitCode.WRONG_USAGE, run.exitCode());
  }

  /** Slabs of this model are large enough to come straight from the system where that is allowed. */
  @ParameterizedTest
  @CsvSource({"--illegal-native-access=deny,--enable-native-access=ALL-UNNAMED", "-XX:UseAVX=1 -XX:-UseFMA,no fused multiply-add"})
  @EnabledIfSystemProperty(named = "os.arch", matches = "amd64")
  void whereVectorsAreNoUseTheScalarKernelSaysSo(String flags, String reason) throws IOException, InterruptedException {
    Path corpus = Files.writeString(temporary.resolve("corpus.txt"), "The quick brown fox jumps over the lazy dog.\n".repeat(50));
    List<String> jvm = new ArrayList<>(List.of("--add-modules=jdk.incubator.vector"));
    jvm.addAll(List.of(flags.split(" ")));
    CommandRun run =
        run(jvm, "train " + corpus + " --out " + temporary.resolve("model") + " --json " + SHAPE.replace("--width 8", "--width 256"));
    assertEquals("scalar", run.json().get("kernel").textValue());
    assertTrue(run.error().contains(reason), run.error());
  }

  /** Of the interpreter, which takes ten seconds for a step, {@code KernelChoiceTest} asks the reason alone. */
  @Test
  void aFlagThatMakesVectorsObjectsIsNamed() throws IOException, InterruptedException {
    Path corpus = Files.writeString(temporary.resolve("corpus.txt"), "The quick brown fox jumps over the lazy dog.\n".repeat(50));
    List<String> jvm = List.of("--add-modules=jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED", "-XX:TieredStopAtLevel=1");
    CommandRun run = run(jvm, "train " + corpus + " --out " + temporary.resolve("model") + " --json --kernel vector " + SHAPE);
    assertEquals("vector", run.json().get("kernel").textValue());
    assertTrue(run.error().contains("because the JVM runs without its C2 compiler; leave out -XX:TieredStopAtLevel."), run.error());
  }

  private CommandRun run(String commandLine) throws IOException, InterruptedException {
    return run(List.of("--enable-native-access=ALL-UNNAMED"), commandLine);
  }

  private CommandRun run(List<String> flags, String commandLine) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(flags);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Minnow.class.getName()));
    command.addAll(List.of(commandLine.split(" ")));
    Path out = Files.createTempFile(temporary, "out", ".txt");
    Path error = Files.createTempFile(temporary, "error", ".txt");
    Process process = new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(error.toFile()).start();
    try {
      assertTrue(process.waitFor(2, TimeUnit.MINUTES), () -> "still running: " + command);
    } finally {
      process.destroyForcibly();
    }
    return new CommandRun(process.exitValue(), Files.readString(out), Files.readString(error));
  }
}
