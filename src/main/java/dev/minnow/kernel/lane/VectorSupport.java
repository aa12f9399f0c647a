package dev.minnow.kernel.lane;

import dev.minnow.kernel.KernelLog;
import dev.minnow.memory.NativePages;
import org.jspecify.annotations.Nullable;

/**
 * Whether this process can run vectors. This class loads where the incubating module of the Vector API was not added: an application that
 * embeds Minnow may have been started without it.
 */
public final class VectorSupport {
  private static final String VECTOR_MODULE = "jdk.incubator.vector";

  /** Below this the Vector API found no vector unit, and each of its operations would be a call. */
  private static final int LEAST_BITS = 128;

  private VectorSupport() {}

  /** Why no kernel with vectors can run, as the end of a sentence, or null. */
  public static @Nullable String obstacle() {
    if (!hasModule()) {
      return "the JVM was started without --add-modules " + VECTOR_MODULE;
    }
    if (!NativePages.areAllowed()) {
      return "the JVM was started without " + nativeAccess();
    }
    if (bits() < LEAST_BITS) {
      return "the Vector API found no vectors of " + LEAST_BITS + " bits or more on this CPU";
    }
    if (!VirtualMachine.hasFusedMultiplyAdd()) {
      return "the processor has no fused multiply-add";
    }
    return null;
  }

  /** What to do about it. */
  private static String remedy() {
    if (!hasModule()) {
      return "start java with --add-modules " + VECTOR_MODULE;
    }
    return NativePages.areAllowed() ? "take a machine with AVX2 and FMA, AVX-512 or NEON, and a JVM with its C2 compiler"
        : "start java with " + nativeAccess();
  }

  /**
   * Warns in the system's log where there is an {@link #obstacle}.
   *
   * @param consequence the begin of the sentence
   */
  public static void warn(String consequence) {
    String obstacle = obstacle();
    if (obstacle != null) {
      KernelLog.warn(consequence + ", because " + obstacle + "; " + remedy() + ".");
    }
  }

  private static String nativeAccess() {
    String module = VectorSupport.class.getModule().getName();
    return "--enable-native-access=" + (module == null ? "ALL-UNNAMED" : module);
  }

  private static boolean hasModule() {
    return ModuleLayer.boot().findModule(VECTOR_MODULE).isPresent();
  }

  /** The width of vectors, which a class of the module says: call it only where that is. */
  public static int bits() {
    return VectorWidth.bits();
  }
}
