/**
 * The scalar kernel: plain loops, which the others are held against, and which run where there are no vectors.
 */
@NullMarked
package dev.minnow.kernel.scalar;

import org.jspecify.annotations.NullMarked;
