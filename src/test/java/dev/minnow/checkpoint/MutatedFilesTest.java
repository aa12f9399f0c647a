package dev.minnow.checkpoint;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.minnow.tokenizer.Tokenizer;
import dev.minnow.tokenizer.TokenizerException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Damaged safetensors, GGUF, config, tokenizer and index files. {@code scripts/fuzz-files} goes on for as long as asked. */
class MutatedFilesTest {
  private static final int ROUNDS = 400;

  @Test
  void damagedFilesOpenOrAreRefusedInASentenceAndNothingElse(@TempDir Path folder) throws IOException {
    MutationRun run = MutationRun.in(folder);
    for (long seed = 0; seed < ROUNDS; seed++) {
      run.round(seed);
    }
    assertTrue(run.refused() >= 250 && run.opened() > 0, run.report());
  }

  @Test
  void aHeadWidthBeyondAllMemoryIsRefusedBeforeAnythingIsMadeOfIt(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("llama.gguf");
    try (LoadedModel llama = ModelSamples.random(ModelSamples.LLAMA)) {
      new ModelExport(ModelExport.Format.GGUF, ExportType.F32, file, false).write(llama);
    }
    byte[] bytes = Files.readAllBytes(file);
    String content = new String(bytes, StandardCharsets.ISO_8859_1);
    for (String key : new String[] {"llama.attention.key_length", "llama.attention.value_length", "llama.rope.dimension_count"}) {
      int value = content.indexOf(key) + key.length() + Integer.BYTES;
      ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(value, Integer.MAX_VALUE - 1);
    }
    Files.write(file, bytes);
    String message = assertThrows(CheckpointException.class, () -> ModelFiles.load(file)).getMessage();
    assertTrue(message.contains("rope_freqs"), message);
  }

  @Test
  void aComponentOfATokenizerThatWouldFillTheHeapIsRefused(@TempDir Path folder) throws IOException {
    String text = new String(ModelSamples.tokenizer().toJson(), StandardCharsets.UTF_8);
    String wide = "[" + "[],".repeat(1_000_000) + "[]]";
    Path file =
        Files.writeString(folder.resolve("tokenizer.json"), text.replaceFirst("\"normalizer\"\\s*:\\s*null", "\"normalizer\":" + wide));
    assertTrue(Files.size(file) > 3_000_000);
    String message = assertThrows(TokenizerException.class, () -> Tokenizer.load(file)).getMessage();
    assertTrue(message.contains("more than 100000 parts"), message);
  }
}
