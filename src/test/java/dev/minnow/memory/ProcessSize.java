package dev.minnow.memory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** How much of the address space this process has taken, on Linux. */
public final class ProcessSize {
  private ProcessSize() {}

  /** Bytes, touched or not. */
  public static long bytes() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("VmSize:")) {
        return Long.parseLong(line.replaceAll("[^0-9]", "")) << 10;
      }
    }
    throw new IOException("No VmSize in /proc/self/status.");
  }
}
