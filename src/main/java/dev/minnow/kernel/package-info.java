/**
 * Whole operations on tensors ({@link dev.minnow.kernel.Kernel}), what they take, and the choice of what runs them ({@link
 * dev.minnow.kernel.KernelChoice}). The letters of shapes are those of {@link dev.minnow.memory}.
 *
 * <p>Kernels are {@link dev.minnow.kernel.scalar}, {@link dev.minnow.kernel.vector} and {@link dev.minnow.kernel.bfloat}. The fast ones are
 * made of {@link dev.minnow.kernel.activation}, {@link dev.minnow.kernel.attention}, {@link dev.minnow.kernel.product}, {@link
 * dev.minnow.kernel.weight}, {@link dev.minnow.kernel.row} and {@link dev.minnow.kernel.pool}; beneath these lie {@link
 * dev.minnow.kernel.block}, {@link dev.minnow.kernel.lane} and {@link dev.minnow.kernel.code}. What operations ask of their arguments is in
 * {@link dev.minnow.kernel.contract}; what measures them, and the machine, in {@link dev.minnow.kernel.meter}.
 */
@NullMarked
package dev.minnow.kernel;

import org.jspecify.annotations.NullMarked;
