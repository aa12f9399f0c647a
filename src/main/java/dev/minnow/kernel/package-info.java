/**
 * Whole operations on tensors, and the threads that run them. The letters of shapes are those of {@link dev.minnow.memory}.
 */
@NullMarked
package dev.minnow.kernel;

import org.jspecify.annotations.NullMarked;
