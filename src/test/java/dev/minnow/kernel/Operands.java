package dev.minnow.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.minnow.memory.Bfloat16;
import dev.minnow.memory.ElementType;
import dev.minnow.memory.Slab;
import dev.minnow.memory.SlabLayout;
import dev.minnow.memory.Tensor;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.DoubleSupplier;

/**
 * Tensors for one test of a kernel, filled from a seed. Each lies in a slab of its own between guard words, and begins where a
 * {@link CallShape} says; {@link #checkIntact} finds stray writes and changed inputs.
 */
public final class Operands implements AutoCloseable {
  private final String origin;
  private final ElementType operandType;

  /** Whether operands and weights hold bfloat16 numbers, of whatever type they are. */
  private final boolean rounded;

  private final CallShape shape;
  private final Random random;
  private final List<Slab> slabs = new ArrayList<>();
  private final List<Runnable> checks = new ArrayList<>();

  /** Operands for this kernel: failures name it and the seed. */
  public Operands(Kernel kernel, long seed) {
    this(kernel, seed, Integer.MAX_VALUE);
  }

  /** With no random size above {@code largestSize}. */
  public Operands(Kernel kernel, long seed, int largestSize) {
    this(kernel, kernel, seed, new RandomCallShape(new Random(seed), largestSize));
  }

  /** Of the same numbers that {@code other} kernel gets, in a shape of its own. */
  public Operands(Kernel kernel, Kernel other, long seed, CallShape shape) {
    this.operandType = kernel.operandType();
    this.rounded = operandType == ElementType.BF16_BLOCKS || other.operandType() == ElementType.BF16_BLOCKS;
    this.shape = shape;
    this.random = new Random(~seed);
    this.origin = "seed " + seed + ", kernel " + kernel.name() + " with " + kernel.threads() + " threads";
    if (!Boolean.getBoolean("minnow.guards")) {
      throw new IllegalStateException("Tests of kernels need -Dminnow.guards=true, as the build sets it.");
    }
  }

  /** Standard normal numbers, which the operation must leave as they are. */
  public Tensor input(String name, long... shape) {
    return input(name, random::nextGaussian, shape);
  }

  /** Numbers from {@code values}, which the operation must leave as they are. */
  public Tensor input(String name, DoubleSupplier values, long... shape) {
    return unchanging(name, fill(allocate(name, ElementType.F32, shape), values));
  }

  /** An operand of standard normal numbers, which the operation must leave as they are. */
  public Tensor operand(String name, long... shape) {
    return operand(name, random::nextGaussian, shape);
  }

  /** An operand of numbers from {@code values}, which the operation must leave as they are. */
  public Tensor operand(String name, DoubleSupplier values, long... shape) {
    return unchanging(name, fill(allocate(name, operandType, shape), rounded(values)));
  }

  /** An operand of standard normal numbers, which the operation may change. */
  Tensor operandInOut(String name, long... shape) {
    return fill(allocate(name, operandType, shape), rounded(random::nextGaussian));
  }

  /** An operand of NaN in each element. */
  public Tensor operandOutput(String name, long... shape) {
    return fill(allocate(name, operandType, shape), () -> Double.NaN);
  }

  /** A weight of standard normal numbers, which the operation must leave as they are. */
  public Tensor weight(String name, long... shape) {
    return unchanging(name, fill(allocate(name, ElementType.F32, shape), rounded(random::nextGaussian)));
  }

  private DoubleSupplier rounded(DoubleSupplier values) {
    return rounded ? () -> Bfloat16.round((float) values.getAsDouble()) : values;
  }

  /** The elements of a matrix in another tensor, as floats, for a kernel whose operands are floats. */
  Tensor floats(Tensor matrix) {
    Tensor floats = allocate("floats", ElementType.F32, matrix.shape());
    copy(matrix, floats);
    return floats;
  }

  /** Copies elements; those that are not rounded yet are, where the operands of the test are. */
  void copy(Tensor from, Tensor to) {
    for (long i = 0; i < from.elementCount(); i++) {
      to.setFloat(i, rounded ? Bfloat16.round(from.getFloat(i)) : from.getFloat(i));
    }
  }

  /** What the rounding of an operand's element changes at most, relative to it. */
  public double operandUnit() {
    return operandType == ElementType.BF16_BLOCKS ? 0x1p-8 : 0;
  }

  /** Standard normal numbers, which the operation may change. */
  public Tensor inOut(String name, long... shape) {
    return inOut(name, random::nextGaussian, shape);
  }

  /** Numbers from {@code values}, which the operation may change. */
  public Tensor inOut(String name, DoubleSupplier values, long... shape) {
    return fill(allocate(name, ElementType.F32, shape), values);
  }

  /** NaN in each element, so that one that is left out, or added to, shows. */
  public Tensor output(String name, long... shape) {
    return fill(allocate(name, ElementType.F32, shape), () -> Double.NaN);
  }

  /** Numbers in [0, limit), which the operation must leave as they are. */
  public Tensor ids(String name, int limit, long... shape) {
    Tensor tensor = allocate(name, ElementType.I32, shape);
    for (long i = 0; i < tensor.elementCount(); i++) {
      tensor.setInt(i, random.nextInt(limit));
    }
    return unchanging(name, tensor);
  }

  /** The next size of {@link CallShape#size}. */
  int size(int most) {
    return shape.size(most);
  }

  /** The next number of {@link CallShape#few}. */
  int few(int most) {
    return shape.few(most);
  }

  Dropout dropout() {
    return shape.dropout();
  }

  Random random() {
    return random;
  }

  /** Fails if a guard word or an input has changed. */
  public void checkIntact() {
    slabs.forEach(Slab::checkGuards);
    checks.forEach(Runnable::run);
  }

  @Override
  public void close() {
    slabs.forEach(Slab::close);
  }

  @Override
  public String toString() {
    return origin;
  }

  private Tensor allocate(String name, ElementType type, long... dimensions) {
    String lead = "what lies before " + name;
    SlabLayout layout = new SlabLayout();
    layout.add(lead, ElementType.I32, shape.lead());
    if (type == ElementType.BF16_BLOCKS) {
      layout.add(name, type, dimensions);
    } else {
      layout.addAdjacent(name, type, dimensions);
    }
    Slab slab = layout.allocate();
    slabs.add(slab);
    unchanging(lead, fillWithNaNs(slab.tensor(0)));
    return slab.tensor(1);
  }

  /** Each another one, so that one that is copied there shows. */
  private Tensor fillWithNaNs(Tensor tensor) {
    for (long i = 0; i < tensor.elementCount(); i++) {
      tensor.setInt(i, 0x7FC0_0000 | random.nextInt(1 << 22));
    }
    return tensor;
  }

  private static Tensor fill(Tensor tensor, DoubleSupplier values) {
    for (long i = 0; i < tensor.elementCount(); i++) {
      tensor.setFloat(i, (float) values.getAsDouble());
    }
    return tensor;
  }

  private Tensor unchanging(String name, Tensor tensor) {
    byte[] before = bytes(tensor);
    checks.add(() -> assertArrayEquals(before, bytes(tensor), () -> name + " was changed; " + this));
    return tensor;
  }

  private static byte[] bytes(Tensor tensor) {
    return tensor.segment().toArray(ValueLayout.JAVA_BYTE);
  }
}
