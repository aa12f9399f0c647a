/**
 * Weights in the forms that are multiplied, and products of a few rows with weights as they lie in memory.
 */
@NullMarked
package dev.minnow.kernel.weight;

import org.jspecify.annotations.NullMarked;
