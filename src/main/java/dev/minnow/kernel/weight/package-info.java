/**
 * Sets of weights and the narrow rows that some keep, and products of a few rows with weights as they lie in memory.
 */
@NullMarked
package dev.minnow.kernel.weight;

import org.jspecify.annotations.NullMarked;
