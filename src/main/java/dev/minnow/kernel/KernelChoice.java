package dev.minnow.kernel;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which kernel runs, chosen once at start. This class loads, and {@link #SCALAR} and {@link #AUTO} work, where the incubating module of
 * the Vector API was not added: an application that embeds Minnow may have been started without it.
 */
public enum KernelChoice {
  /** The fastest that is as exact as its use asks for: {@link #AMX} unless weights are used in float32, else {@link #VECTOR}. */
  AUTO,
  /** {@link ScalarKernel}. */
  SCALAR,
  /** {@link VectorKernel}. */
  VECTOR,
  /** {@link AmxKernel} where it can run and passes its self-test, else {@link #VECTOR} with a warning. */
  AMX;

  private static final String VECTOR_MODULE = "jdk.incubator.vector";

  /** Below this the Vector API found no vector unit, and each of its operations would be a call. */
  private static final int LEAST_VECTOR_BITS = 128;

  /**
   * The choice of this name, as {@code --kernel} takes it.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static KernelChoice of(String name) {
    for (KernelChoice choice : values()) {
      if (choice.toString().equals(name)) {
        return choice;
      }
    }
    String names = Arrays.stream(values()).map(KernelChoice::toString).collect(Collectors.joining(", "));
    throw new IllegalArgumentException("There is no kernel " + name + "; choose one of " + names + ".");
  }

  /**
   * A new kernel, which the caller closes. Where it is a slower one than was to be expected, a warning in the system's log says why.
   *
   * @param use of the weights that it will mostly work with
   * @param threads that share the work of one operation, the caller included; the scalar kernel always has one
   * @throws IllegalStateException if this is {@link #VECTOR} or {@link #AMX} and there are no vectors here
   */
  public Kernel open(WeightUse use, int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException("A kernel has at least 1 thread, not " + threads + ".");
    }
    KernelChoice chosen = chosen(use);
    String obstacle = vectorObstacle();
    if (this != AUTO && chosen == SCALAR && this != SCALAR) {
      throw new IllegalStateException("The " + this + " kernel cannot run: " + obstacle + ".");
    }
    if (this == AUTO && chosen == SCALAR) {
      warn("Minnow runs on its scalar kernel, which is many times slower, because " + obstacle + "; " + remedy() + ".");
    } else if (chosen == VECTOR && (this == AMX || wantsAmx(use) && AmxSupport.obstacle() == null)) {
      warn("Minnow runs on its vector kernel and not on amx: " + amxObstacle() + ".");
    }
    return switch (chosen) {
      case AMX -> new AmxKernel(threads);
      case VECTOR -> new VectorKernel(threads);
      default -> new ScalarKernel();
    };
  }

  /** Which kernel {@link #open} gives and why: the end of a sentence, such as "vector, with vectors of 512 bits". */
  public String reason(WeightUse use) {
    KernelChoice chosen = chosen(use);
    String vectors = vectorObstacle();
    if (chosen == SCALAR) {
      return this == SCALAR ? "scalar, as asked for" : (this == AUTO ? "scalar" : "none") + ", because " + vectors;
    }
    if (chosen == AMX) {
      return "amx, with tiles of bfloat16 and vectors of " + vectorBits() + " bits";
    }
    String reason = "vector, with vectors of " + vectorBits() + " bits";
    if (wantsAmx(use)) {
      return reason + "; not amx: " + amxObstacle();
    }
    return reason;
  }

  /** What runs: {@link #SCALAR} where there are no vectors. */
  private KernelChoice chosen(WeightUse use) {
    if (this == SCALAR || vectorObstacle() != null) {
      return SCALAR;
    }
    return wantsAmx(use) && amxObstacle() == null ? AMX : VECTOR;
  }

  private boolean wantsAmx(WeightUse use) {
    return this == AMX || this == AUTO && use != WeightUse.FP32;
  }

  private static void warn(String line) {
    System.getLogger(KernelChoice.class.getName()).log(System.Logger.Level.WARNING, line);
  }

  /** The name that {@code --kernel} takes. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Why no kernel with vectors can run, or null. */
  private static @Nullable String vectorObstacle() {
    if (!hasVectorModule()) {
      return "the JVM was started without --add-modules " + VECTOR_MODULE;
    }
    if (vectorBits() < LEAST_VECTOR_BITS) {
      return "the Vector API found no vectors of " + LEAST_VECTOR_BITS + " bits or more on this CPU";
    }
    return null;
  }

  private static String remedy() {
    return hasVectorModule() ? "take a machine with AVX, AVX2, AVX-512 or NEON, and a JVM with its C2 compiler"
        : "start java with --add-modules " + VECTOR_MODULE;
  }

  /** Why the amx kernel cannot run although there are vectors, or null. */
  private static @Nullable String amxObstacle() {
    String obstacle = AmxSupport.obstacle();
    return obstacle != null ? obstacle : AmxSelfTest.failure();
  }

  private static boolean hasVectorModule() {
    return ModuleLayer.boot().findModule(VECTOR_MODULE).isPresent();
  }

  /** Touches classes of the module: call it only where the module is present. */
  private static int vectorBits() {
    return Lanes.FLOATS.vectorBitSize();
  }
}
