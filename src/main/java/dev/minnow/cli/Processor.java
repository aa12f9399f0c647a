package dev.minnow.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The processor as the system describes it.
 *
 * @param name of the model, or of the architecture where the system says no more
 * @param features that matter to the kernels, as Linux names them; empty where the system does not say
 */
record Processor(String name, List<String> features) {
  private static final Path DESCRIPTION = Path.of("/proc/cpuinfo");

  private static final List<String> INTERESTING =
      List.of("avx2", "fma", "avx512f", "avx512_vnni", "avx512_bf16", "amx_tile", "amx_bf16", "amx_int8", "asimd", "sve", "sve2", "bf16");

  /** This machine's. */
  static Processor detect() {
    String architecture = System.getProperty("os.arch");
    try {
      return Files.isReadable(DESCRIPTION)
          ? of(Files.readAllLines(DESCRIPTION), architecture)
          : new Processor(architecture, List.of());
    } catch (IOException e) {
      return new Processor(architecture, List.of());
    }
  }

  /** Reads the first processor of {@code /proc/cpuinfo}. */
  static Processor of(List<String> lines, String architecture) {
    Map<String, String> values = new LinkedHashMap<>();
    for (String line : lines) {
      int colon = line.indexOf(':');
      if (colon > 0) {
        values.putIfAbsent(line.substring(0, colon).strip(), line.substring(colon + 1).strip());
      }
    }
    String flags = values.getOrDefault("flags", values.getOrDefault("Features", ""));
    List<String> features = Arrays.stream(flags.split(" ")).filter(INTERESTING::contains).toList();
    return new Processor(values.getOrDefault("model name", architecture), features);
  }
}
