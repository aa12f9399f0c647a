package dev.minnow.train;

/**
 * How one update moved the parameters of a kind.
 *
 * @param gradientNorm of all of them, before clipping
 * @param updateRatio norm of the update / norm of the parameters before it, estimated from some of their elements; 0 where these are all
 *     0, as those of biases that are new
 */
public record KindMeasure(double gradientNorm, double updateRatio) {}
