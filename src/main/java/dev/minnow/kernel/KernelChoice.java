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
  /** {@link #VECTOR} where it can run, else {@link #SCALAR}. */
  AUTO,
  /** {@link ScalarKernel}. */
  SCALAR,
  /** {@link VectorKernel}. */
  VECTOR;

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
   * A new kernel, which the caller closes. Where {@link #AUTO} has to take the scalar one, a warning in the system's log says why.
   *
   * @param threads that share the work of one operation, the caller included; the scalar kernel always has one
   * @throws IllegalStateException if this is {@link #VECTOR} and it cannot run here
   */
  public Kernel open(int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException("A kernel has at least 1 thread, not " + threads + ".");
    }
    String obstacle = this == SCALAR ? null : vectorObstacle();
    if (this == VECTOR && obstacle != null) {
      throw new IllegalStateException("The vector kernel cannot run: " + obstacle + ".");
    }
    if (obstacle != null) {
      System.getLogger(KernelChoice.class.getName())
          .log(
              System.Logger.Level.WARNING,
              "Minnow runs on its scalar kernel, which is many times slower, because " + obstacle + "; " + remedy() + ".");
    }
    return this == SCALAR || obstacle != null ? new ScalarKernel() : new VectorKernel(threads);
  }

  /** Which kernel {@link #open} gives and why: the end of a sentence, such as "vector, with vectors of 512 bits". */
  public String reason() {
    if (this == SCALAR) {
      return "scalar, as asked for";
    }
    String obstacle = vectorObstacle();
    if (obstacle == null) {
      return "vector, with vectors of " + vectorBits() + " bits";
    }
    return this == AUTO ? "scalar, because " + obstacle : "none, because " + obstacle;
  }

  /** The name that {@code --kernel} takes. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Why the vector kernel cannot run, or null. */
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

  private static boolean hasVectorModule() {
    return ModuleLayer.boot().findModule(VECTOR_MODULE).isPresent();
  }

  /** Touches classes of the module: call it only where the module is present. */
  private static int vectorBits() {
    return Lanes.FLOATS.vectorBitSize();
  }
}
