/**
 * Off-heap memory: slabs, tensors, shapes and element types.
 *
 * <p>Letters, once for the whole project: B batch, T context, C width, H heads, G heads of keys and values, D head width, V vocabulary, L
 * layers, F feed-forward width, N = B*T rows. A tensor of shape (N, C) is row-major: element (n, c) is at n*C + c. Gradients are named
 * {@code d} + name.
 */
@NullMarked
package dev.minnow.memory;

import org.jspecify.annotations.NullMarked;
