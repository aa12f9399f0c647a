/**
 * UTF-8, and classes of characters as they stand in it.
 */
@NullMarked
package dev.minnow.tokenizer.unicode;

import org.jspecify.annotations.NullMarked;
