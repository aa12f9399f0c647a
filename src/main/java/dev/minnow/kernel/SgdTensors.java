package dev.minnow.kernel;

import dev.minnow.memory.Tensor;

/**
 * What one update by stochastic gradient descent reads and writes of one parameter, all of one element count.
 *
 * @param parameters updated
 * @param gradients read
 * @param momentum updated
 * @param decays whether weight decay applies
 * @param rateFactor on the learning rate of the step
 */
public record SgdTensors(Tensor parameters, Tensor gradients, Tensor momentum, boolean decays, float rateFactor) {}
