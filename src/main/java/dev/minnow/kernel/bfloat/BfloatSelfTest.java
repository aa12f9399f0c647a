package dev.minnow.kernel.bfloat;

import dev.minnow.kernel.Accumulation;
import dev.minnow.kernel.ActivationFunction;
import dev.minnow.kernel.AttentionShape;
import dev.minnow.kernel.Dropout;
import dev.minnow.kernel.Kernel;
import dev.minnow.kernel.Weight;
import dev.minnow.kernel.WeightSet;
import dev.minnow.kernel.WeightUse;
import dev.minnow.kernel.block.MatrixUnit;
import dev.minnow.kernel.scalar.ScalarKernel;
import dev.minnow.memory.Bfloat16;
import dev.minnow.memory.Blocks;
import dev.minnow.memory.ElementType;
import dev.minnow.memory.Slab;
import dev.minnow.memory.SlabLayout;
import dev.minnow.memory.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** Some milliseconds, once for each unit, that show whether the machine code of the kernels on bfloat16 computes rightly here. */
final class BfloatSelfTest {
  /** Results are rounded to 8 bits, and so are some of the numbers that they are summed from; a wrong one differs by far more. */
  private static final double TOLERANCE = 0x1p-6;

  /** Sizes with whole blocks and with remainders; {@link #DEPTH} is that of a product which stores a block while it sums the next. */
  private static final int ROWS = 37;

  private static final int COLUMNS = 70;
  private static final int OUTPUTS = 33;
  private static final int DEPTH = 300;
  private static final AttentionShape SHAPE = new AttentionShape(1, ROWS, 1, 20);

  /** The test of tiles runs when this is first read. */
  private static final class OfTiles {
    static final @Nullable String FAILURE = run(MatrixUnit.TILES);
  }

  /** The test of pairs runs when this is first read. */
  private static final class OfPairs {
    static final @Nullable String FAILURE = run(MatrixUnit.PAIRS);
  }

  private BfloatSelfTest() {}

  /** What went wrong, as the end of a sentence, or null; call it only where {@link BfloatSupport} has no objection. */
  static @Nullable String failure(MatrixUnit unit) {
    return unit == MatrixUnit.TILES ? OfTiles.FAILURE : OfPairs.FAILURE;
  }

  private static @Nullable String run(MatrixUnit unit) {
    try (Kernel kernel = new BfloatKernel(unit, 1); Kernel scalar = new ScalarKernel()) {
      Map<String, float[]> expected = results(scalar);
      for (Map.Entry<String, float[]> actual : results(kernel).entrySet()) {
        double difference = difference(actual.getValue(), Objects.requireNonNull(expected.get(actual.getKey())));
        if (!(difference <= TOLERANCE)) {
          return String.format(
              Locale.ROOT, "its self-test failed: %s differs by %.1e of its size from the scalar kernel's", actual.getKey(), difference);
        }
      }
      return null;
    } catch (IllegalStateException e) {
      return "its self-test failed: " + e.getMessage();
    } catch (RuntimeException | OutOfMemoryError e) {
      // Whatever it is, the kernel does not work here, and another one may.
      return "its self-test failed: " + e;
    }
  }

  private static double difference(float[] actual, float[] expected) {
    double distance = 0;
    double norm = 0;
    for (int i = 0; i < expected.length; i++) {
      distance += Math.pow(actual[i] - expected[i], 2);
      norm += Math.pow(expected[i], 2);
    }
    return Math.sqrt(distance / norm);
  }

  private static Map<String, float[]> results(Kernel kernel) {
    Map<String, float[]> results = new LinkedHashMap<>();
    linear(kernel, results);
    attention(kernel, results, Dropout.NONE, "attention");
    attention(kernel, results, new Dropout(0.25f, 1), "attention with dropout");
    for (ActivationFunction function : ActivationFunction.values()) {
      activation(kernel, function, results);
    }
    swiGlu(kernel, results);
    rotation(kernel, results);
    crossEntropy(kernel, results);
    return results;
  }

  private static void linear(Kernel kernel, Map<String, float[]> results) {
    SlabLayout layout = new SlabLayout();
    layout.add("in", kernel.operandType(), ROWS, DEPTH);
    layout.add("weight", ElementType.F32, OUTPUTS, DEPTH);
    layout.add("dout", kernel.operandType(), ROWS, OUTPUTS);
    layout.add("out", ElementType.F32, ROWS, OUTPUTS);
    layout.add("din", kernel.operandType(), ROWS, DEPTH);
    layout.add("dweight", ElementType.F32, OUTPUTS, DEPTH);
    layout.add("bias", ElementType.F32, OUTPUTS);
    layout.add("outOperand", kernel.operandType(), ROWS, OUTPUTS);
    try (Slab slab = layout.allocate()) {
      Tensor in = fill(slab.tensor(0), 1);
      Tensor dout = fill(slab.tensor(2), 3);
      try (WeightSet weights = kernel.weights(List.of(fill(slab.tensor(1), 2)), WeightUse.TRAINING)) {
        Weight weight = weights.weights().getFirst();
        kernel.linear(slab.tensor(3), in, weight, null);
        kernel.linear(slab.tensor(7), in, weight, fill(slab.tensor(6), 14));
        kernel.linearInputGradient(slab.tensor(4), dout, weight);
      }
      kernel.linearWeightGradient(slab.tensor(5), null, dout, in, Accumulation.SET);
      kernel.linearWeightGradient(slab.tensor(5), null, dout, in, Accumulation.ADD);
      results.put("a matrix product", slab.tensor(3).toFloats());
      results.put("a matrix product with a bias", slab.tensor(7).toFloats());
      results.put("the gradient of an input", slab.tensor(4).toFloats());
      results.put("the gradient of a weight", slab.tensor(5).toFloats());
    }
  }

  private static void attention(Kernel kernel, Map<String, float[]> results, Dropout dropout, String name) {
    SlabLayout layout = new SlabLayout();
    layout.add("queryKeyValue", kernel.operandType(), ROWS, 3L * SHAPE.width());
    layout.add("dout", kernel.operandType(), ROWS, SHAPE.width());
    layout.add("out", kernel.operandType(), ROWS, SHAPE.width());
    layout.add("logSumExp", ElementType.F32, 1, 1, ROWS);
    layout.add("dqueryKeyValue", kernel.operandType(), ROWS, 3L * SHAPE.width());
    try (Slab slab = layout.allocate()) {
      Tensor queryKeyValue = fill(slab.tensor(0), 4);
      Tensor dout = fill(slab.tensor(1), 5);
      kernel.attention(slab.tensor(2), slab.tensor(3), queryKeyValue, SHAPE, dropout);
      kernel.attentionBackward(slab.tensor(4), dout, slab.tensor(2), slab.tensor(3), queryKeyValue, SHAPE, dropout);
      results.put(name, slab.tensor(2).toFloats());
      results.put("the gradient of " + name, slab.tensor(4).toFloats());
    }
  }

  private static void activation(Kernel kernel, ActivationFunction function, Map<String, float[]> results) {
    SlabLayout layout = new SlabLayout();
    for (String name : List.of("in", "dout", "out", "din")) {
      layout.add(name, kernel.operandType(), ROWS, COLUMNS);
    }
    try (Slab slab = layout.allocate()) {
      Tensor in = fill(slab.tensor(0), 6);
      Tensor dout = fill(slab.tensor(1), 7);
      kernel.activate(slab.tensor(2), in, function);
      kernel.activateBackward(slab.tensor(3), dout, in, function);
      results.put(function.toString(), slab.tensor(2).toFloats());
      results.put("the gradient of " + function, slab.tensor(3).toFloats());
    }
  }

  private static void swiGlu(Kernel kernel, Map<String, float[]> results) {
    SlabLayout layout = new SlabLayout();
    layout.add("in", kernel.operandType(), ROWS, 4L * Blocks.SIZE);
    layout.add("dout", kernel.operandType(), ROWS, 2L * Blocks.SIZE);
    layout.add("out", kernel.operandType(), ROWS, 2L * Blocks.SIZE);
    layout.add("din", kernel.operandType(), ROWS, 4L * Blocks.SIZE);
    try (Slab slab = layout.allocate()) {
      Tensor in = fill(slab.tensor(0), 9);
      Tensor dout = fill(slab.tensor(1), 10);
      kernel.swiGlu(slab.tensor(2), in);
      kernel.swiGluBackward(slab.tensor(3), dout, in);
      results.put("SwiGLU", slab.tensor(2).toFloats());
      results.put("the gradient of SwiGLU", slab.tensor(3).toFloats());
    }
  }

  private static void rotation(Kernel kernel, Map<String, float[]> results) {
    SlabLayout layout = new SlabLayout();
    layout.add("matrix", kernel.operandType(), 2L * Blocks.SIZE, 3L * Blocks.SIZE);
    layout.add("dmatrix", kernel.operandType(), 2L * Blocks.SIZE, 3L * Blocks.SIZE);
    layout.add("turns", ElementType.F32, Blocks.SIZE, 2L * Blocks.SIZE);
    try (Slab slab = layout.allocate()) {
      Tensor turns = fill(slab.tensor(2), 11);
      kernel.rotate(fill(slab.tensor(0), 12), turns, 1, Blocks.SIZE, 0);
      kernel.rotateBackward(fill(slab.tensor(1), 13), turns, 1, Blocks.SIZE);
      results.put("a rotation", slab.tensor(0).toFloats());
      results.put("the gradient of a rotation", slab.tensor(1).toFloats());
    }
  }

  private static void crossEntropy(Kernel kernel, Map<String, float[]> results) {
    SlabLayout layout = new SlabLayout();
    layout.add("losses", ElementType.F32, ROWS);
    layout.add("dlogits", kernel.operandType(), ROWS, COLUMNS);
    layout.add("logits", kernel.operandType(), ROWS, COLUMNS);
    layout.add("targets", ElementType.I32, ROWS);
    try (Slab slab = layout.allocate()) {
      for (int row = 0; row < ROWS; row++) {
        slab.tensor(3).setInt(row, 13 * row % COLUMNS);
      }
      kernel.crossEntropyBackward(slab.tensor(0), slab.tensor(1), fill(slab.tensor(2), 8), slab.tensor(3), 0.5f, 0);
      results.put("the loss", slab.tensor(0).toFloats());
      results.put("the gradient of the loss", slab.tensor(1).toFloats());
      kernel.crossEntropyBackward(slab.tensor(0), slab.tensor(1), slab.tensor(2), slab.tensor(3), 0.5f, 0.25f);
      results.put("the gradient of the loss with smoothed labels", slab.tensor(1).toFloats());
    }
  }

  /** Random numbers between -1 and 1 that bfloat16 has: no row or column is like another, which a wrong place would not show. */
  private static Tensor fill(Tensor tensor, int seed) {
    SplittableRandom random = new SplittableRandom(seed);
    for (long i = 0; i < tensor.elementCount(); i++) {
      tensor.setFloat(i, Bfloat16.round((float) random.nextDouble(-1, 1)));
    }
    return tensor;
  }
}
