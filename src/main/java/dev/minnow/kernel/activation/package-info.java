/**
 * Activation functions between the matrices of a feed-forward layer, by the Vector API and as machine code, on floats and on bfloat16.
 */
@NullMarked
package dev.minnow.kernel.activation;

import org.jspecify.annotations.NullMarked;
