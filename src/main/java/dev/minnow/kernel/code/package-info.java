/**
 * Machine code for x86-64: an assembler of the instructions that fast kernels are made of, the pages that code runs from, and what the
 * processor has. It knows nothing of tensors or operations.
 */
@NullMarked
package dev.minnow.kernel.code;

import org.jspecify.annotations.NullMarked;
