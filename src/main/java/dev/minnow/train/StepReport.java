package dev.minnow.train;

import org.jspecify.annotations.Nullable;

/**
 * What one update did.
 *
 * @param step counted from 1
 * @param loss mean over the step's tokens before the update, in nats
 * @param learningRate of the update
 * @param gradientNorm before clipping
 * @param tokens that the step trained on
 * @param seconds that it took
 * @param objection why the parameters were left as they were, as the end of a sentence about the step; null where they were updated
 */
public record StepReport(long step, double loss, double learningRate, double gradientNorm, long tokens, double seconds,
    @Nullable String objection) {}
