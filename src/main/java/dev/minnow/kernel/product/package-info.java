/**
 * Products of matrices of floats, by packed panels and tiles of registers.
 */
@NullMarked
package dev.minnow.kernel.product;

import org.jspecify.annotations.NullMarked;
