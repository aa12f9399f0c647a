package dev.minnow.kernel;

import dev.minnow.memory.Tensor;
import jdk.incubator.vector.FloatVector;

/**
 * GELU in its tanh form. (1 + tanh(u)) / 2 = 1 / (1 + exp(-2u)), so that one exponential and one division do, without the cancellation
 * of 1 + tanh(u) at negative x.
 */
final class VectorGelu {
  /** -2 sqrt(2/pi): the factor on x in -2u. */
  private static final float LINEAR = (float) (-2 * Math.sqrt(2 / Math.PI));

  /** The factor on x^3 in -2u. */
  private static final float CUBIC = (float) (-2 * Math.sqrt(2 / Math.PI) * 0.044715);

  /** Beyond it the derivative is 0 or 1 in float; the powers in it would overflow later. */
  private static final float SATURATION = 30;

  private final WorkerPool pool;

  VectorGelu(WorkerPool pool) {
    this.pool = pool;
  }

  /** out = gelu(in), element by element. */
  void forward(Tensor out, Tensor in) {
    long outAddress = out.address();
    long inAddress = in.address();
    ElementSlices slices = new ElementSlices(in.elementCount());
    pool.run(
        slices.count(),
        (slice, workspace) -> forward(outAddress + slices.offsetBytes(slice), inAddress + slices.offsetBytes(slice), slices.size(slice)));
  }

  /** din = dout x the derivative at in. */
  void backward(Tensor din, Tensor dout, Tensor in) {
    long dinAddress = din.address();
    long doutAddress = dout.address();
    long inAddress = in.address();
    ElementSlices slices = new ElementSlices(in.elementCount());
    pool.run(
        slices.count(),
        (slice, workspace) -> {
          long offset = slices.offsetBytes(slice);
          backward(dinAddress + offset, doutAddress + offset, inAddress + offset, slices.size(slice), workspace.tile);
        });
  }

  private static void forward(long out, long in, int count) {
    int whole = Lanes.wholeVectors(count);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      long at = (long) i * Float.BYTES;
      Lanes.store(gelu(Lanes.load(in + at)), out + at);
    }
    for (int i = whole; i < count; i++) {
      long at = (long) i * Float.BYTES;
      Lanes.storeFloat(gelu(Lanes.loadFloat(in + at)), out + at);
    }
  }

  /**
   * din = dout x derivative. In two passes, with 1 + exp(-2u) in {@code scratch} between them: C2 gives up on a loop of this many vector
   * operations in one, and its vectors would be objects for good.
   */
  private static void backward(long din, long dout, long in, int count, float[] scratch) {
    int whole = Lanes.wholeVectors(count);
    for (int i = 0; i < whole; i += Workspace.TILE_FLOATS) {
      long at = (long) i * Float.BYTES;
      int block = Math.min(Workspace.TILE_FLOATS, whole - i);
      denominators(scratch, in + at, block);
      multiplyByDerivatives(din + at, dout + at, in + at, block, scratch);
    }
    for (int i = whole; i < count; i++) {
      long at = (long) i * Float.BYTES;
      Lanes.storeFloat(Lanes.loadFloat(dout + at) * derivative(Lanes.loadFloat(in + at)), din + at);
    }
  }

  private static void denominators(float[] scratch, long in, int count) {
    for (int i = 0; i < count; i += Lanes.COUNT) {
      FloatVector x = limited(Lanes.load(in + (long) i * Float.BYTES));
      FloatVector exponent = x.mul(x).fma(broadcast(CUBIC), broadcast(LINEAR)).mul(x);
      VectorMath.exp(exponent).add(1).intoArray(scratch, Workspace.ALIGNED + i);
    }
  }

  /** With s = 1 / (1 + exp(-2u)) the derivative is s + x s (1 - s) 2u'. */
  private static void multiplyByDerivatives(long din, long dout, long in, int count, float[] scratch) {
    for (int i = 0; i < count; i += Lanes.COUNT) {
      long at = (long) i * Float.BYTES;
      FloatVector x = limited(Lanes.load(in + at));
      FloatVector s = broadcast(1).div(FloatVector.fromArray(Lanes.FLOATS, scratch, Workspace.ALIGNED + i));
      FloatVector slope = x.mul(x).fma(broadcast(-3 * CUBIC), broadcast(-LINEAR));
      FloatVector derivative = x.mul(s).mul(broadcast(1).sub(s)).fma(slope, s);
      Lanes.store(Lanes.load(dout + at).mul(derivative), din + at);
    }
  }

  private static FloatVector limited(FloatVector x) {
    return x.min(SATURATION).max(-SATURATION);
  }

  private static FloatVector gelu(FloatVector x) {
    FloatVector exponent = x.mul(x).fma(broadcast(CUBIC), broadcast(LINEAR)).mul(x);
    return x.div(VectorMath.exp(exponent).add(1));
  }

  private static float gelu(float x) {
    float exponent = Math.fma(x * x, CUBIC, LINEAR) * x;
    return x / (VectorMath.exp(exponent) + 1);
  }

  private static float derivative(float unlimited) {
    float x = unlimited > SATURATION ? SATURATION : unlimited < -SATURATION ? -SATURATION : unlimited;
    float squared = x * x;
    float exponential = VectorMath.exp(Math.fma(squared, CUBIC, LINEAR) * x);
    float s = 1 / (exponential + 1);
    float slope = Math.fma(squared, -3 * CUBIC, -LINEAR);
    return Math.fma(x * s * (1 - s), slope, s);
  }

  private static FloatVector broadcast(float value) {
    return FloatVector.broadcast(Lanes.FLOATS, value);
  }
}
