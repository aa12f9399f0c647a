package dev.minnow.kernel;

import dev.minnow.memory.Tensor;

/**
 * What one Muon update reads and writes of one matrix, with S the smaller of R and C. The last four tensors are scratch, which several
 * matrices may share.
 *
 * @param parameters (R, C) updated
 * @param gradients (R, C) read
 * @param momentum (R, C) updated
 * @param update (R, C)
 * @param product (R, C)
 * @param gram (S, S)
 * @param square (S, S)
 * @param rateFactor on the learning rate of the step
 */
public record MuonTensors(
    Tensor parameters, Tensor gradients, Tensor momentum, Tensor update, Tensor product, Tensor gram, Tensor square,
    float rateFactor) {}
