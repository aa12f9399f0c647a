/**
 * The vector kernel: every operation on floats, by the Vector API and machine code, on all threads.
 */
@NullMarked
package dev.minnow.kernel.vector;

import org.jspecify.annotations.NullMarked;
