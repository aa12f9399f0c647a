package dev.minnow.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExportCommandTest {
  @TempDir
  private static Path folder;

  private static String model;

  @BeforeAll
  static void saveModel() {
    model = TinyModel.saveScaled(folder.resolve("model"), 6);
  }

  private static String generated(String path) {
    return CommandRun.of("generate", path, "--prompt", "ab", "--tokens", "12", "--temperature", "0", "--json")
        .json()
        .get("text")
        .textValue();
  }

  @ParameterizedTest
  @CsvSource({"hf, f32", "gguf, f32"})
  void whatIsExportedIsTheSameModel(String format, String type) throws IOException {
    Path out = folder.resolve("same." + format);
    JsonNode json = CommandRun.of("export", model, "--to", format, "--out", out.toString(), "--type", type, "--json").json();
    assertEquals(out.toAbsolutePath().toString(), json.get("path").textValue());
    assertEquals(type, json.get("type").textValue());
    assertTrue(json.get("bytes").longValue() > 10_000 && json.get("tensors").intValue() >= 28, json.toString());
    assertEquals(generated(model), generated(out.toString()));
    Path text = Files.writeString(folder.resolve(format + ".txt"), "the cat sat on the mat. ".repeat(20));
    assertEquals(
        CommandRun.of("eval", model, text.toString(), "--json").json().get("loss"),
        CommandRun.of("eval", out.toString(), text.toString(), "--json").json().get("loss"));
    assertEquals("{\"ids\":[1,2,3]}\n", CommandRun.withInput("\u0001\u0002\u0003", "tokenizer", "encode", out.toString(), "--json").out());
  }

  @Test
  void anExportIsExportedAgain() {
    String gguf = folder.resolve("again.gguf").toString();
    String hf = folder.resolve("again").toString();
    assertEquals(0, CommandRun.of("export", model, "--to", "gguf", "--out", gguf, "--type", "q8_0").exitCode());
    assertEquals(0, CommandRun.of("export", gguf, "--to", "HF", "--out", hf).exitCode());
    assertEquals(generated(gguf), generated(hf));
  }

  @Test
  void trainingStartsFromAGgufFile() throws IOException {
    String gguf = folder.resolve("start.gguf").toString();
    String run = folder.resolve("run").toString();
    Path text = Files.writeString(folder.resolve("corpus.txt"), "the cat sat on the mat. ".repeat(100));
    assertEquals(0, CommandRun.of("export", model, "--to", "gguf", "--out", gguf).exitCode());
    CommandRun trained = CommandRun.of("train", text.toString(), "--from", gguf, "--out", run, "--steps", "2", "--batch", "2", "--json");
    assertEquals(2, trained.json().get("steps").intValue());
  }

  @Test
  void whatOtherProgramsReadAndIsLostIsTold() throws IOException {
    Path source = Path.of(TinyModel.save(folder.resolve("chat")));
    Files.writeString(source.resolve("tokenizer_config.json"), "{\"chat_template\":\"{{x}}\",\"pad_token\":null,\"eos_token\":null}");
    Files.writeString(source.resolve("generation_config.json"), "{\"eos_token_id\":null,\"temperature\":0.6}");
    CommandRun run = CommandRun.of("export", source.toString(), "--to", "hf", "--out", folder.resolve("chatless").toString());
    assertEquals(
        "note: left out, because Minnow has no use for it: chat_template of tokenizer_config.json, temperature of generation_config.json.\n",
        run.error());
    assertEquals("", CommandRun.of("export", model, "--to", "hf", "--out", folder.resolve("plain").toString()).error());
  }

  @Test
  void aFileThatIsNoExportIsNotReplaced() throws IOException {
    Path own = Path.of(model).resolve("model.safetensors");
    byte[] weights = Files.readAllBytes(own);
    CommandRun run = CommandRun.of("export", model, "--to", "gguf", "--out", own.toString(), "--overwrite");
    assertEquals("minnow: " + own + " is not a GGUF file that could be replaced; choose another --out.\n", run.error());
    assertEquals(ExitCode.WRONG_USAGE, run.exitCode());
    assertArrayEquals(weights, Files.readAllBytes(own));
  }

  @Test
  void whatMayNotBeWrittenIsWrongUsage() throws IOException {
    Path taken = Files.writeString(folder.resolve("taken"), "mine");
    CommandRun existing = CommandRun.of("export", model, "--to", "gguf", "--out", taken.toString());
    assertEquals(ExitCode.WRONG_USAGE, existing.exitCode());
    assertTrue(existing.error().contains(taken + " exists already; choose another --out or add --overwrite."), existing.error());
    assertEquals("mine", Files.readString(taken));
    Path out = folder.resolve("blocks");
    CommandRun blocks = CommandRun.of("export", model, "--to", "hf", "--out", out.toString(), "--type", "q4_0");
    assertEquals(ExitCode.WRONG_USAGE, blocks.exitCode());
    assertFalse(Files.exists(out));
    assertEquals(ExitCode.WRONG_USAGE, CommandRun.of("export", model, "--to", "onnx", "--out", out.toString()).exitCode());
    assertEquals(ExitCode.WRONG_USAGE, CommandRun.of("export", model, "--to", "gguf").exitCode());
    assertEquals(ExitCode.WRONG_USAGE,
        CommandRun.of("export", model, "--to", "gguf", "--out", out.toString(), "--type", "q2_k").exitCode());
  }

  @Test
  void whatIsNoModelIsNamed() throws IOException {
    Path text = Files.writeString(folder.resolve("text.txt"), "not a model");
    CommandRun run = CommandRun.of("generate", text.toString(), "--prompt", "a");
    assertEquals(ExitCode.FAILED, run.exitCode());
    assertTrue(run.error().contains(text + " is neither a model folder nor a GGUF file"), run.error());
    Path pickle = Files.write(folder.resolve("model.pt"), new byte[] {'P', 'K', 3, 4, 0, 0, 0, 0, 0});
    assertTrue(CommandRun.of("eval", pickle.toString(), text.toString()).error().contains("is a PyTorch pickle"));
  }
}
