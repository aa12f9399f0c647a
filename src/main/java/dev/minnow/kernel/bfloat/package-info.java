/**
 * The kernels of processors that multiply bfloat16.
 */
@NullMarked
package dev.minnow.kernel.bfloat;

import org.jspecify.annotations.NullMarked;
