package dev.minnow.train;

import dev.minnow.model.ModelConfig;

/**
 * What a run is about to do.
 *
 * @param config the model's shape
 * @param parameters trained numbers
 * @param trainingTokens of the corpus
 * @param heldOutTokens for evaluation, 0 for none
 * @param firstStep updates done before
 * @param options of the run
 */
public record RunSummary(
    ModelConfig config, long parameters, long trainingTokens, long heldOutTokens, long firstStep, TrainingOptions options) {}
