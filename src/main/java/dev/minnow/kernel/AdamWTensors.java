package dev.minnow.kernel;

import dev.minnow.memory.Tensor;

/**
 * What one AdamW update reads and writes of one parameter, all of one element count.
 *
 * @param parameters updated
 * @param gradients read
 * @param firstMoments updated
 * @param secondMoments updated
 * @param decays whether weight decay applies
 * @param rateFactor on the learning rate of the step
 */
public record AdamWTensors(Tensor parameters, Tensor gradients, Tensor firstMoments, Tensor secondMoments, boolean decays,
    float rateFactor) {}
