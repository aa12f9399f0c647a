package dev.minnow.kernel;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** What the choice and the measuring of kernels have to say in the system's log. */
public final class KernelLog {
  private static final Set<String> WARNED = ConcurrentHashMap.newKeySet();

  private KernelLog() {}

  /** Warns of this, once in a process. */
  public static void warn(String line) {
    if (WARNED.add(line)) {
      System.getLogger(KernelChoice.class.getName()).log(System.Logger.Level.WARNING, line);
    }
  }
}
