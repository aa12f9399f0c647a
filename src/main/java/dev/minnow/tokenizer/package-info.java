/**
 * Byte-level byte-pair encoding: training, encoding, decoding and {@code tokenizer.json}.
 *
 * <p>Text is UTF-8 bytes. A {@link dev.minnow.tokenizer.split.Splitter} cuts it into <em>pieces</em> (roughly words with the space before
 * them); inside a piece, pairs of tokens are merged, the earliest learned first (Sennrich et al., 2016; bytes as in GPT-2, Radford et
 * al., 2019). A token's <em>rank</em> is the place of its merge in the learned order.
 */
@NullMarked
package dev.minnow.tokenizer;

import org.jspecify.annotations.NullMarked;
