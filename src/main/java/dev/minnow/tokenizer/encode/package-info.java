/**
 * From pieces to tokens: the vocabulary, the merges and their order, and the caches and threads that make it fast.
 */
@NullMarked
package dev.minnow.tokenizer.encode;

import org.jspecify.annotations.NullMarked;
