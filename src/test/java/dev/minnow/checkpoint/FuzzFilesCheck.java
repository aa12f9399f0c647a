package dev.minnow.checkpoint;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Opens mutated files for as long as asked. {@code scripts/fuzz-files} runs this. */
class FuzzFilesCheck {
  @Test
  void mutatedFilesOpenOrAreRefused(@TempDir Path folder) throws IOException {
    long nanos = TimeUnit.SECONDS.toNanos((long) (60 * Double.parseDouble(System.getProperty("minnow.fuzz.minutes", "1"))));
    MutationRun run = MutationRun.in(folder);
    long first = System.currentTimeMillis() * 1000;
    System.err.println("seeds from " + first);
    long start = System.nanoTime();
    for (long seed = first; System.nanoTime() - start < nanos; seed++) {
      run.round(seed);
    }
    System.err.println(run.report());
  }
}
