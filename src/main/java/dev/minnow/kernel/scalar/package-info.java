/**
 * The scalar kernel: plain loops, which the others are held against.
 */
@NullMarked
package dev.minnow.kernel.scalar;

import org.jspecify.annotations.NullMarked;
