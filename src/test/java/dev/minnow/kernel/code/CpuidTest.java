package dev.minnow.kernel.code;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Kernels whose features are not found would be left out of all tests, so Linux is asked as well, which reads them for itself. */
@EnabledOnOs(value = OS.LINUX, architectures = "amd64")
class CpuidTest {
  private static final Path PROCESSORS = Path.of("/proc/cpuinfo");

  /** An older Linux does not know a newer processor's features; those that it knows are there. */
  @ParameterizedTest
  @EnumSource
  void whatLinuxNamesIsFound(Cpuid.Feature feature) throws IOException {
    assumeTrue(MachineCode.obstacle() == null && !Cpuid.isRefused(), () -> "there is no machine code: " + Cpuid.obstacle());
    String name = switch (feature) {
      case FMA -> "fma";
      case OSXSAVE -> "xsave";
      default -> feature.name().toLowerCase(Locale.ROOT);
    };
    assertTrue(flags().contains("fpu"), "the processor's flags were not read");
    assertTrue(!flags().contains(name) || Cpuid.has(feature), () -> feature.label + " is not found");
  }

  private static Set<String> flags() throws IOException {
    String line = Files.readAllLines(PROCESSORS).stream().filter(any -> any.startsWith("flags")).findFirst().orElse("");
    return new HashSet<>(Arrays.asList(line.split("\\s+")));
  }
}
