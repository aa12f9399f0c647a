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
    write(group, limit, used, inactive);
    assertEquals(expected, SystemMemory.availableInGroup(group));
  }

  @ParameterizedTest
  @CsvSource({"memory.max", "memory.current", "memory.stat"})
  void aGroupThatCannotBeReadLimitsNothing(String missing) throws IOException {
    write(group, "1000", "700", "200");
    Files.delete(group.resolve(missing));
    assertEquals(Long.MAX_VALUE, SystemMemory.availableInGroup(group));
  }

  /** The groups leave 5000, 300 and 900 bytes, the innermost first. */
  @ParameterizedTest
  @CsvSource({"0::/user.slice/job.scope, 300", "0::/user.slice, 300", "0::/other.slice/job.scope, 900", "0::/, 900",
      "0::/user.slice/job.scope/gone, 300", "0::/../../user.slice, 900", "'', 900", "3:memory:/user.slice, 900"})
  void theLeastOfAGroupAndThoseAroundItIsAvailable(String line, long expected) throws IOException {
    Path inner = Files.createDirectories(group.resolve("user.slice/job.scope"));
    write(group, "1000", "100", "0");
    write(group.resolve("user.slice"), "800", "700", "200");
    write(inner, "5600", "700", "100");
    Path membership = Files.writeString(group.resolve("membership"), "12:cpuset:/user.slice\n" + line + "\n");
    assertEquals(expected, SystemMemory.availableInGroups(group, membership));
  }

  @Test
  void theInnermostGroupMayHaveTheLeast() throws IOException {
    Path inner = Files.createDirectories(group.resolve("a/b"));
    write(group, "max", "100", "0");
    write(inner, "60", "20", "0");
    Path membership = Files.writeString(group.resolve("membership"), "0::/a/b\n");
    assertEquals(40, SystemMemory.availableInGroups(group, membership));
  }

  @Test
  void theOutermostGroupCountsWhereNoneIsKnown() throws IOException {
    write(group, "1000", "100", "0");
    assertEquals(900, SystemMemory.availableInGroups(group, group.resolve("missing")));
    assertEquals(Long.MAX_VALUE, SystemMemory.availableInGroups(group.resolve("missing"), group.resolve("missing")));
  }

  private static void write(Path group, String limit, String used, String inactive) throws IOException {
    Files.writeString(group.resolve("memory.max"), limit + "\n");
    Files.writeString(group.resolve("memory.current"), used + "\n");
    Files.writeString(group.resolve("memory.stat"), "anon 77\ninactive_anon 5\ninactive_file " + inactive + "\nactive_file 9\n");
  }
}
