/**
 * Machine code for blocks of bfloat16: their products, on tiles or on pairs, and the forms that these take.
 */
@NullMarked
package dev.minnow.kernel.tile;

import org.jspecify.annotations.NullMarked;
