/**
 * Model files: safetensors, Hugging Face folders, and crash-safe checkpoint folders. The letters of shapes are those of
 * {@link dev.minnow.memory}.
 */
@NullMarked
package dev.minnow.checkpoint;

import org.jspecify.annotations.NullMarked;
