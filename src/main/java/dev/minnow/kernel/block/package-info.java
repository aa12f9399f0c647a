/**
 * Machine code for blocks of bfloat16: their products, on tiles or on pairs, and the forms that these take. It knows nothing of threads
 * or operations.
 */
@NullMarked
package dev.minnow.kernel.block;

import org.jspecify.annotations.NullMarked;
