package dev.minnow.kernel.vector;

import static dev.minnow.kernel.Cells.assertWithin;
import static dev.minnow.kernel.Cells.doubles;

import dev.minnow.kernel.Accumulation;
import dev.minnow.kernel.Tolerances;
import dev.minnow.kernel.Weight;
import dev.minnow.kernel.lane.Lanes;
import dev.minnow.kernel.row.Epilogue;
import dev.minnow.kernel.weight.PlainWeights;
import dev.minnow.memory.ElementType;
import dev.minnow.memory.Slab;
import dev.minnow.memory.SlabLayout;
import dev.minnow.memory.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;

/** The three matrix multiplies on random tensors between guard words, and float64 loops to hold them against. */
public final class MatmulChecks implements AutoCloseable {
  private final int n;
  private final int c;
  private final int k;
  private final Slab slab;
  public final Tensor in;
  public final Tensor weight;
  public final Tensor bias;
  public final Tensor dout;
  public final Tensor out;
  public final Tensor din;
  public final Tensor dweight;
  public final Tensor dbias;

  /** Tensors of in (N, C), weight (K, C), bias (K), out (N, K) and their gradients; standard normal but for the outputs, which are NaN. */
  public MatmulChecks(int n, int c, int k) {
    this.n = n;
    this.c = c;
    this.k = k;
    SlabLayout layout = new SlabLayout();
    // A lone float first: tensors of the others start at any multiple of 4 bytes.
    layout.add("shift", ElementType.F32, 1);
    layout.addAdjacent("in", ElementType.F32, n, c);
    layout.add("weight", ElementType.F32, k, c);
    layout.addAdjacent("bias", ElementType.F32, k);
    layout.add("dout", ElementType.F32, n, k);
    layout.add("out", ElementType.F32, n, k);
    layout.add("din", ElementType.F32, n, c);
    layout.add("dweight", ElementType.F32, k, c);
    layout.add("dbias", ElementType.F32, k);
    slab = layout.allocate();
    in = slab.tensor(1);
    weight = slab.tensor(2);
    bias = slab.tensor(3);
    dout = slab.tensor(4);
    out = slab.tensor(5);
    din = slab.tensor(6);
    dweight = slab.tensor(7);
    dbias = slab.tensor(8);
    fill();
  }

  private void fill() {
    Random random = new Random(n * 1_000_003L + c * 1009L + k);
    for (Tensor tensor : new Tensor[] {in, weight, bias, dout, dweight, dbias}) {
      for (long i = 0; i < tensor.elementCount(); i++) {
        tensor.setFloat(i, (float) random.nextGaussian());
      }
    }
    for (Tensor tensor : new Tensor[] {out, din}) {
      for (long i = 0; i < tensor.elementCount(); i++) {
        tensor.setFloat(i, Float.NaN);
      }
    }
  }

  /** A weight that is multiplied with as it is. */
  public static Weight weight(Tensor values) {
    return new PlainWeights(List.of(values)).weights().getFirst();
  }

  /** Runs all three operations, always from the same operands, and returns every result's bits. */
  public int[] run(VectorMatmul matmul) {
    fill();
    matmul.linear(out, in, weight(weight), bias, Epilogue.NONE);
    matmul.linearInputGradient(din, dout, weight, Epilogue.NONE);
    matmul.linearWeightGradient(dweight, dbias, dout, in, Accumulation.ADD);
    return bits(out, din, dweight, dbias);
  }

  /** Runs the forward pass with a form of the weight and returns the result's bits. */
  int[] forward(VectorMatmul matmul, Weight form) {
    matmul.linear(out, in, form, bias, Epilogue.NONE);
    return bits(out);
  }

  private int[] bits(Tensor... results) {
    slab.checkGuards();
    int[] bits = new int[Math.toIntExact(Arrays.stream(results).mapToLong(Tensor::elementCount).sum())];
    int at = 0;
    for (Tensor tensor : results) {
      for (float value : tensor.toFloats()) {
        bits[at++] = Float.floatToRawIntBits(value);
      }
    }
    return bits;
  }

  /** Fails unless all three operations are within their derived tolerances of float64 sums. */
  public void check(VectorMatmul matmul) {
    String what = Arrays.toString(new int[] {n, c, k}) + ", " + Lanes.COUNT + " lanes";
    fill();
    double[] dweightTolerances = Tolerances.linearWeightGradient(dweight, dout, in);
    double[] dbiasTolerances = Tolerances.columnSums(dbias, dout);
    double[] dweightExpected = weightGradient();
    double[] dbiasExpected = biasGradient();
    run(matmul);
    assertWithin(Tolerances.linear(in, weight, bias), forward(doubles(bias)), out, "out, " + what);
    assertWithin(Tolerances.linearInputGradient(dout, weight), inputGradient(), din, "din, " + what);
    assertWithin(dweightTolerances, dweightExpected, dweight, "dweight, " + what);
    assertWithin(dbiasTolerances, dbiasExpected, dbias, "dbias, " + what);
    withoutBias(matmul, result -> assertWithin(Tolerances.linear(in, weight, null), forward(new double[k]), result, "no bias, " + what));
  }

  private void withoutBias(VectorMatmul matmul, Consumer<Tensor> assertion) {
    matmul.linear(out, in, weight(weight), null, Epilogue.NONE);
    assertion.accept(out);
    float[] untouched = dbias.toFloats();
    matmul.linearWeightGradient(dweight, null, dout, in, Accumulation.ADD);
    if (!Arrays.equals(untouched, dbias.toFloats())) {
      throw new AssertionError("dbias changed although it was not passed");
    }
    slab.checkGuards();
  }

  private double[] forward(double[] biases) {
    double[] x = doubles(in);
    double[] w = doubles(weight);
    double[] sums = new double[n * k];
    for (int cell = 0; cell < sums.length; cell++) {
      sums[cell] = biases[cell % k];
      for (int i = 0; i < c; i++) {
        sums[cell] += x[cell / k * c + i] * w[cell % k * c + i];
      }
    }
    return sums;
  }

  private double[] inputGradient() {
    double[] g = doubles(dout);
    double[] w = doubles(weight);
    double[] sums = new double[n * c];
    for (int cell = 0; cell < sums.length; cell++) {
      for (int o = 0; o < k; o++) {
        sums[cell] += g[cell / c * k + o] * w[o * c + cell % c];
      }
    }
    return sums;
  }

  private double[] weightGradient() {
    double[] g = doubles(dout);
    double[] x = doubles(in);
    double[] sums = doubles(dweight);
    for (int cell = 0; cell < sums.length; cell++) {
      for (int row = 0; row < n; row++) {
        sums[cell] += g[row * k + cell / c] * x[row * c + cell % c];
      }
    }
    return sums;
  }

  private double[] biasGradient() {
    double[] g = doubles(dout);
    double[] sums = doubles(dbias);
    for (int cell = 0; cell < g.length; cell++) {
      sums[cell % k] += g[cell];
    }
    return sums;
  }

  @Override
  public void close() {
    slab.close();
  }
}
