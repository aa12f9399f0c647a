/**
 * The vector kernel, on all threads: every operation on floats, and those that the kernels of bfloat16 share with it.
 */
@NullMarked
package dev.minnow.kernel.vector;

import org.jspecify.annotations.NullMarked;
