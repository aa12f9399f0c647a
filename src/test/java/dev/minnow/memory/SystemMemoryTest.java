package dev.minnow.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SystemMemoryTest {
  @TempDir
  private Path group;

  @Test
  void availableIsPartOfAll() {
    long available = SystemMemory.availableBytes();
    assertTrue(available > 0 && available <= SystemMemory.totalBytes(), available + " of " + SystemMemory.totalBytes());
  }

  @ParameterizedTest
  @CsvSource({"1000, 700, 200, 500", "1000, 1200, 100, 0", "1000, 100, 300, 1000", "max, 700, 200, 9223372036854775807",
      "1000, 700, many, 9223372036854775807", "'', 700, 200, 9223372036854775807"})
  void aGroupHasItsLimitLessWhatItUsesAndCannotDrop(String limit, String used, String inactive, long expected) throws IOException {
    write(limit, used, inactive);
    assertEquals(expected, SystemMemory.availableInGroup(group));
  }

  @ParameterizedTest
  @CsvSource({"memory.max", "memory.current", "memory.stat"})
  void aGroupThatCannotBeReadLimitsNothing(String missing) throws IOException {
    write("1000", "700", "200");
    Files.delete(group.resolve(missing));
    assertEquals(Long.MAX_VALUE, SystemMemory.availableInGroup(group));
  }

  private void write(String limit, String used, String inactive) throws IOException {
    Files.writeString(group.resolve("memory.max"), limit + "\n");
    Files.writeString(group.resolve("memory.current"), used + "\n");
    Files.writeString(group.resolve("memory.stat"), "anon 77\ninactive_anon 5\ninactive_file " + inactive + "\nactive_file 9\n");
  }
}
