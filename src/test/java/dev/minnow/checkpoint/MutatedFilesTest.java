package dev.minnow.checkpoint;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
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
}
