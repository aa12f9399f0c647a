package dev.minnow.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same seed gives the same model whether the virtual machine compiles or only interprets: results do not depend on its timing. */
class InterpretedTrainingTest {
  @TempDir
  private Path temporary;

  @Test
  void interpretedAndCompiledTrainingGiveTheSameBytes() throws IOException, InterruptedException {
    Path corpus = Files.writeString(temporary.resolve("corpus.txt"), "The quick brown fox jumps over the lazy dog.\n".repeat(50));
    train(corpus, "interpreted", 1, "-Xint");
    train(corpus, "compiled", 2, "-XX:TieredStopAtLevel=4", "-XX:CompileThresholdScaling=0.01");
    Path interpreted = temporary.resolve("interpreted/model.safetensors");
    Path compiled = temporary.resolve("compiled/model.safetensors");
    assertEquals(-1, Files.mismatch(interpreted, compiled), "first byte that differs");
  }

  private void train(Path corpus, String out, int threads, String... flags) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("@scripts/jvm.options");
    command.addAll(List.of(flags));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), "dev.minnow.cli.Minnow"));
    command.addAll(List.of("train", corpus.toString(), "--out", temporary.resolve(out).toString(), "--threads", "" + threads));
    command.addAll(List.of("--layers", "1", "--heads", "2", "--width", "24", "--context", "9", "--vocab-size", "256", "--batch", "3"));
    command.addAll(List.of("--steps", "3", "--dropout", "0.1", "--warmup", "1", "--lr", "0.01", "--sample-every", "0"));
    Path log = temporary.resolve(out + ".log");
    Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    if (!process.waitFor(5, TimeUnit.MINUTES)) {
      process.destroyForcibly();
      throw new AssertionError("Training " + out + " did not end in five minutes: " + Files.readString(log));
    }
    assertEquals(0, process.exitValue(), Files.readString(log));
  }
}
