package dev.minnow.memory;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** How much memory the machine can give. */
public final class SystemMemory {
  private static final Path CONTROL_GROUPS = Path.of("/sys/fs/cgroup");
  private static final Path MEMBERSHIP = Path.of("/proc/self/cgroup");
  private static final Path MEMORY_INFO = Path.of("/proc/meminfo");

  /** Begins the line of the groups of version 2. */
  private static final String VERSION_TWO = "0::/";

  private static final String RECLAIMABLE = "inactive_file ";

  private SystemMemory() {}

  /** Bytes in all, within the limit of a container. */
  public static long totalBytes() {
    return bean().getTotalMemorySize();
  }

  /**
   * Bytes that can be had now without swapping: on Linux what the kernel estimates, caches included that it would drop, and no more than
   * the control groups have left that this process is in.
   */
  public static long availableBytes() {
    return Math.min(availableOnMachine(), availableInGroups(CONTROL_GROUPS, MEMBERSHIP));
  }

  /**
   * Bytes that the control groups of version 2 of a process have left: a limit holds for the groups inside too.
   *
   * @param root folder of the outermost group
   * @param membership file that says in which group the process is
   * @return {@link Long#MAX_VALUE} where there are no limits
   */
  static long availableInGroups(Path root, Path membership) {
    Path group = root;
    long available = availableInGroup(group);
    for (Path name : pathOfGroup(membership)) {
      group = group.resolve(name);
      available = Math.min(available, availableInGroup(group));
    }
    return available;
  }

  /** From the root; empty where the group is not known, or is outside of what can be seen from here, as in a container. */
  private static Path pathOfGroup(Path membership) {
    Path outermost = Path.of("");
    try {
      for (String line : Files.readAllLines(membership)) {
        if (line.startsWith(VERSION_TWO)) {
          Path group = Path.of(line.substring(VERSION_TWO.length())).normalize();
          return group.startsWith("..") ? outermost : group;
        }
      }
      return outermost;
    } catch (IOException | InvalidPathException e) {
      return outermost;
    }
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
