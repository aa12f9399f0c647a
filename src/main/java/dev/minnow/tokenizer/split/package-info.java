/**
 * How text is cut into pieces before their bytes are merged: by patterns that are known, each with a splitter of its own, or by any.
 */
@NullMarked
package dev.minnow.tokenizer.split;

import org.jspecify.annotations.NullMarked;
