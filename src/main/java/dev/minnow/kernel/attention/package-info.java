/**
 * Attention on floats, one head at a time: blocks of queries against blocks of keys, and a single query against a cache.
 */
@NullMarked
package dev.minnow.kernel.attention;

import org.jspecify.annotations.NullMarked;
