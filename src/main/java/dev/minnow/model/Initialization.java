package dev.minnow.model;

import dev.minnow.memory.Tensor;
import java.util.random.RandomGenerator;

/** How a parameter begins. */
public sealed interface Initialization {
  /** Every element the same. */
  record Constant(float value) implements Initialization {}

  /** Normal with mean 0 and this standard deviation. */
  record Normal(double deviation) implements Initialization {}

  /** Uniform from -bound to bound. */
  record Uniform(double bound) implements Initialization {}

  /** Fills the tensor; the generator's draws are used in element order. */
  default void fill(Tensor tensor, RandomGenerator random) {
    switch (this) {
      case Constant constant -> {
        for (long i = 0; i < tensor.elementCount(); i++) {
          tensor.setFloat(i, constant.value());
        }
      }
      case Normal normal -> {
        for (long i = 0; i < tensor.elementCount(); i++) {
          tensor.setFloat(i, (float) (normal.deviation() * random.nextGaussian()));
        }
      }
      case Uniform uniform -> {
        for (long i = 0; i < tensor.elementCount(); i++) {
          tensor.setFloat(i, (float) (uniform.bound() * (2 * random.nextDouble() - 1)));
        }
      }
    }
  }
}
