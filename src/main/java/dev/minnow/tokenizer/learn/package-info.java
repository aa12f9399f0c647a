/**
 * How merges are learned: words are counted, and the pair that is most frequent in them is merged, again and again.
 */
@NullMarked
package dev.minnow.tokenizer.learn;

import org.jspecify.annotations.NullMarked;
