package dev.minnow.kernel.lane;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;
import org.jspecify.annotations.Nullable;

/** What the Java virtual machine makes of loops over vectors. */
public final class VirtualMachine {
  private static final String LAST_TIER = "4";

  private VirtualMachine() {}

  /**
   * Whether multiply-adds are an instruction; without it Java computes each one with big decimals. Vectors may be wide and it be missing:
   * what runs several systems on a machine can hide it from them.
   */
  static boolean hasFusedMultiplyAdd() {
    return option("UseFMA", "true").equals("true");
  }

  /** The flag with which vectors are objects on the heap, some forty times slower, or null: only HotSpot's second compiler removes them. */
  public static @Nullable String slowingFlag() {
    if (System.getProperty("java.vm.info", "").startsWith("interpreted")) {
      return "-Xint";
    }
    return option("TieredStopAtLevel", LAST_TIER).equals(LAST_TIER) ? null : "-XX:TieredStopAtLevel";
  }

  /** @param otherwise the value where the JVM knows no such option, or was linked without the module that says */
  private static String option(String name, String otherwise) {
    try {
      HotSpotDiagnosticMXBean options = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
      return options == null ? otherwise : options.getVMOption(name).getValue();
    } catch (IllegalArgumentException | NoClassDefFoundError e) {
      return otherwise;
    }
  }
}
