package dev.minnow.kernel;

import dev.minnow.kernel.bfloat.BfloatKernel;
import dev.minnow.kernel.bfloat.BfloatSupport;
import dev.minnow.kernel.block.MatrixUnit;
import dev.minnow.kernel.code.Cpuid;
import dev.minnow.kernel.lane.VectorSupport;
import dev.minnow.kernel.lane.VirtualMachine;
import dev.minnow.kernel.scalar.ScalarKernel;
import dev.minnow.kernel.vector.VectorKernel;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which kernel runs, chosen once at start. This class loads, and {@link #SCALAR} and {@link #AUTO} work, where the incubating module of
 * the Vector API was not added: an application that embeds Minnow may have been started without it.
 */
public enum KernelChoice {
  /** The fastest that is as exact as its use asks for: {@link #AMX}, or {@link #BF16}, unless weights are float32, else {@link #VECTOR}. */
  AUTO,
  /** {@link ScalarKernel}. */
  SCALAR,
  /** {@link VectorKernel}. */
  VECTOR,
  /** {@link BfloatKernel} on vectors where it can run and passes its self-test, else {@link #VECTOR} with a warning. */
  BF16(MatrixUnit.PAIRS),
  /** {@link BfloatKernel} on tiles where it can run and passes its self-test, else {@link #BF16} or {@link #VECTOR} with a warning. */
  AMX(MatrixUnit.TILES);

  /** What multiplies in this kernel, if it is bfloat16. */
  private final @Nullable MatrixUnit unit;

  KernelChoice() {
    this(null);
  }

  KernelChoice(@Nullable MatrixUnit unit) {
    this.unit = unit;
  }

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
   * A new kernel, which the caller closes. Where it is a slower one than was to be expected, a warning in the system's log says why, once
   * in a process.
   *
   * @param use of the weights that it will mostly work with
   * @param threads that share the work of one operation, the caller included; the scalar kernel always has one
   * @throws IllegalStateException if this is {@link #VECTOR}, {@link #BF16} or {@link #AMX} and there are no vectors here
   */
  public Kernel open(WeightUse use, int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException("A kernel has at least 1 thread, not " + threads + ".");
    }
    KernelChoice chosen = chosen(use);
    if (chosen == SCALAR) {
      if (this == AUTO) {
        VectorSupport.warn("Minnow runs on its scalar kernel, which is many times slower");
      } else if (this != SCALAR) {
        throw new IllegalStateException("The " + this + " kernel cannot run: " + VectorSupport.obstacle() + ".");
      }
      return new ScalarKernel();
    }
    String slowing = VirtualMachine.slowingFlag();
    if (slowing != null) {
      String line = "Minnow runs many times slower than it could, because the JVM runs without its C2 compiler; leave out ";
      KernelLog.warn(line + slowing + ".");
    }
    warnOfObstacles(chosen, use);
    return chosen.unit == null ? new VectorKernel(threads) : new BfloatKernel(chosen.unit, threads);
  }

  /** Says why a kernel is not the one that was asked for, or that the processor has all for, and what else the system keeps from it. */
  private void warnOfObstacles(KernelChoice chosen, WeightUse use) {
    String missed =
        passedOver(use).stream()
            .filter(passed -> passed == unit || BfloatSupport.isInProcessor(passed))
            .map(passed -> passed.kernelName + ": " + BfloatKernel.obstacle(passed))
            .collect(Collectors.joining("; nor on "));
    if (!missed.isEmpty()) {
      KernelLog.warn("Minnow runs on its " + chosen + " kernel and not on " + missed + ".");
    } else if (Cpuid.isRefused()) {
      KernelLog.warn("Minnow runs slower than it could, because " + Cpuid.obstacle() + ".");
    }
  }

  /** Which kernel {@link #open} gives and why: the end of a sentence, such as "vector, with vectors of 512 bits and machine code". */
  public String reason(WeightUse use) {
    if (this == SCALAR) {
      return "scalar, as asked for";
    }
    KernelChoice chosen = chosen(use);
    if (chosen == SCALAR) {
      return (this == AUTO ? "scalar" : "none") + ", because " + VectorSupport.obstacle();
    }
    String operands = chosen.unit == null ? "" : chosen.unit.operands + " of bfloat16 and ";
    StringBuilder reason = new StringBuilder(chosen + ", with " + operands + "vectors of " + VectorSupport.bits() + " bits");
    if (chosen == VECTOR) {
      reason.append(machineCode());
    }
    String slowing = VirtualMachine.slowingFlag();
    if (slowing != null) {
      reason.append("; many times slower than it could be, because of ").append(slowing);
    }
    passedOver(use).forEach(passed -> reason.append("; not ").append(passed.kernelName).append(": ").append(BfloatKernel.obstacle(passed)));
    return reason.toString();
  }

  /** Whether innermost loops of the vector kernel run in it. */
  private static String machineCode() {
    if (VectorKernel.hasMachineCode()) {
      return " and machine code";
    }
    String obstacle = Cpuid.obstacle();
    return "; no machine code: " + (obstacle != null ? obstacle : "there is none for these vectors here");
  }

  /** What runs: {@link #SCALAR} where there are no vectors. */
  private KernelChoice chosen(WeightUse use) {
    if (this == SCALAR || VectorSupport.obstacle() != null) {
      return SCALAR;
    }
    return wanted(use).stream().skip(passedOver(use).size()).findFirst().map(wanted -> of(wanted.kernelName)).orElse(VECTOR);
  }

  /** What may multiply, the fastest first. */
  private List<MatrixUnit> wanted(WeightUse use) {
    if (this == BF16) {
      return List.of(MatrixUnit.PAIRS);
    }
    return this == AMX || this == AUTO && use != WeightUse.FP32 ? List.of(MatrixUnit.TILES, MatrixUnit.PAIRS) : List.of();
  }

  /** What would have been taken first and cannot run here. */
  private List<MatrixUnit> passedOver(WeightUse use) {
    return wanted(use).stream().takeWhile(wanted -> BfloatKernel.obstacle(wanted) != null).toList();
  }

  /** The name that {@code --kernel} takes. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
