package dev.minnow.memory;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/** How much memory the machine can give. */
public final class SystemMemory {
  private static final Path MEMORY_INFO = Path.of("/proc/meminfo");

  private SystemMemory() {}

  /** Bytes in all, within the limit of a container. */
  public static long totalBytes() {
    return bean().getTotalMemorySize();
  }

  /** Bytes that can be had now without swapping: on Linux what the kernel estimates, caches included that it would drop. */
  public static long availableBytes() {
    long free = bean().getFreeMemorySize();
    if (!Files.isReadable(MEMORY_INFO)) {
      return free;
    }
    try {
      for (String line : Files.readAllLines(MEMORY_INFO)) {
        if (line.startsWith("MemAvailable:")) {
          long available = Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024;
          return Math.min(available, totalBytes());
        }
      }
      return free;
    } catch (IOException e) {
      return free;
    }
  }

  private static OperatingSystemMXBean bean() {
    return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
  }
}
