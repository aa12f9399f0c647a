/**
 * Attention on floats, by blocks of queries and keys; and of single tokens, with a cache.
 */
@NullMarked
package dev.minnow.kernel.attention;

import org.jspecify.annotations.NullMarked;
