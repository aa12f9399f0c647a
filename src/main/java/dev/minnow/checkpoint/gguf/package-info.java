/**
 * GGUF, the file of llama.cpp and the programs around it: its layout, read without trust and written byte for byte, and its block formats.
 * What the numbers of a model mean is {@link dev.minnow.checkpoint}'s. The format: <a
 * href="https://github.com/ggml-org/ggml/blob/master/docs/gguf.md">ggml-org/ggml</a>.
 */
@NullMarked
package dev.minnow.checkpoint.gguf;

import org.jspecify.annotations.NullMarked;
