/**
 * Whole operations on tensors ({@link dev.minnow.kernel.Kernel}), what they take, and the choice of what runs them ({@link
 * dev.minnow.kernel.KernelChoice}). The letters of shapes are those of {@link dev.minnow.memory}.
 *
 * <p>Kernels are {@link dev.minnow.kernel.scalar}, {@link dev.minnow.kernel.vector} and {@link dev.minnow.kernel.bfloat}. Beneath the
 * fast ones lie {@link dev.minnow.kernel.attention}, {@link dev.minnow.kernel.product}, {@link dev.minnow.kernel.weight}, {@link
 * dev.minnow.kernel.row} and {@link dev.minnow.kernel.pool}; beneath these {@link dev.minnow.kernel.tile}, {@link
 * dev.minnow.kernel.lane} and {@link dev.minnow.kernel.code}.
 */
@NullMarked
package dev.minnow.kernel;

import org.jspecify.annotations.NullMarked;
