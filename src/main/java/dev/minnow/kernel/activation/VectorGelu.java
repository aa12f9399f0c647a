package dev.minnow.kernel.activation;

import static dev.minnow.kernel.lane.Lanes.FLOATS;

import dev.minnow.kernel.lane.Exponentials;
import dev.minnow.kernel.lane.Lanes;
import dev.minnow.kernel.pool.Workspace;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * GELU in its tanh form. (1 + tanh(u)) / 2 = 1 / (1 + exp(-2u)), so that one exponential and one division do, without the cancellation
 * of 1 + tanh(u) at negative x.
 */
final class VectorGelu {
  /** -2 sqrt(2/pi): the factor on x in -2u. */
  static final float LINEAR = (float) (-2 * Math.sqrt(2 / Math.PI));

  /** The factor on x^3 in -2u. */
  static final float CUBIC = (float) (-2 * Math.sqrt(2 / Math.PI) * 0.044715);

  /** Beyond it the derivative is 0 or 1 in float; the powers in it would overflow later. */
  static final float SATURATION = 30;

  private static final int X = VectorActivation.X;
  private static final int EXPONENTIALS = Workspace.region(1);
  private static final int GRADIENT = VectorActivation.GRADIENT;

  private VectorGelu() {}

  /** The function of numbers in the scratch, in their place. */
  static void replace(float[] s, int count) {
    exponentials(s, count);
    divide(s, count);
  }

  /** Gradients in the scratch times the derivative at the numbers beside them, which are lost. */
  static void multiplyByDerivative(float[] s, int count) {
    limit(s, count);
    exponentials(s, count);
    differentiate(s, count);
  }

  /** exp(-2u). */
  private static void exponentials(float[] s, int count) {
    for (int i = 0; i < count; i += Lanes.COUNT) {
      FloatVector x = FloatVector.fromArray(FLOATS, s, X + i);
      x.mul(x).fma(FloatVector.broadcast(FLOATS, CUBIC), FloatVector.broadcast(FLOATS, LINEAR)).mul(x).intoArray(s, EXPONENTIALS + i);
    }
    Exponentials.replace(s, EXPONENTIALS, Lanes.padded(count) / Lanes.COUNT, Lanes.COUNT);
  }

  /** x / (1 + exp(-2u)), in the place of x. */
  private static void divide(float[] s, int count) {
    for (int i = 0; i < count; i += Lanes.COUNT) {
      FloatVector denominator = FloatVector.fromArray(FLOATS, s, EXPONENTIALS + i).add(1);
      FloatVector.fromArray(FLOATS, s, X + i).div(denominator).intoArray(s, X + i);
    }
  }

  private static void limit(float[] s, int count) {
    for (int i = 0; i < count; i += Lanes.COUNT) {
      FloatVector x = FloatVector.fromArray(FLOATS, s, X + i);
      x.blend(SATURATION, x.compare(VectorOperators.GT, SATURATION))
          .blend(-SATURATION, x.compare(VectorOperators.LT, -SATURATION))
          .intoArray(s, X + i);
    }
  }

  /** The gradient times the derivative, which is, with r = 1 / (1 + exp(-2u)), r + x r (1 - r) 2u'; 1 - r is exp(-2u) r. */
  private static void differentiate(float[] s, int count) {
    FloatVector one = FloatVector.broadcast(FLOATS, 1);
    for (int i = 0; i < count; i += Lanes.COUNT) {
      FloatVector x = FloatVector.fromArray(FLOATS, s, X + i);
      FloatVector exponential = FloatVector.fromArray(FLOATS, s, EXPONENTIALS + i);
      FloatVector r = one.div(exponential.add(1));
      FloatVector product = exponential.mul(r);
      // One, also where the exponential is infinite.
      FloatVector complement = one.blend(product, product.compare(VectorOperators.LT, 1));
      FloatVector slope = x.mul(x).fma(FloatVector.broadcast(FLOATS, -3 * CUBIC), FloatVector.broadcast(FLOATS, -LINEAR));
      FloatVector derivative = x.mul(r).mul(complement).fma(slope, r);
      FloatVector.fromArray(FLOATS, s, GRADIENT + i).mul(derivative).intoArray(s, GRADIENT + i);
    }
  }
}
