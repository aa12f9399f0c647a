package dev.minnow.memory;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/** How much memory the machine can give. */
public final class SystemMemory {
  private static final Path CONTROL_GROUP = Path.of("/sys/fs/cgroup");
  private static final Path MEMORY_INFO = Path.of("/proc/meminfo");

  private static final String RECLAIMABLE = "inactive_file ";

  private SystemMemory() {}

  /** Bytes in all, within the limit of a container. */
  public static long totalBytes() {
    return bean().getTotalMemorySize();
  }

  /**
   * Bytes that can be had now without swapping: on Linux what the kernel estimates, caches included that it would drop, and no more than
   * the control group has left.
   */
  public static long availableBytes() {
    return Math.min(availableOnMachine(), availableInGroup(CONTROL_GROUP));
  }

  /**
   * Bytes that a control group of version 2 has left: its limit less what it uses, file caches excepted that were not read lately.
   *
   * @param group its folder
   * @return {@link Long#MAX_VALUE} where there is no such folder or no limit
   */
  static long availableInGroup(Path group) {
    try {
      String limit = Files.readString(group.resolve("memory.max")).strip();
      if (limit.equals("max")) {
        return Long.MAX_VALUE;
      }
      long used = Long.parseLong(Files.readString(group.resolve("memory.current")).strip());
      for (String line : Files.readAllLines(group.resolve("memory.stat"))) {
        if (line.startsWith(RECLAIMABLE)) {
          used -= Long.parseLong(line.substring(RECLAIMABLE.length()).strip());
        }
      }
      return Math.max(0, Long.parseLong(limit) - Math.max(0, used));
    } catch (IOException | NumberFormatException e) {
      return Long.MAX_VALUE;
    }
  }

  private static long availableOnMachine() {
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
