/**
 * The kernels {@code amx} and {@code bf16}: operations on blocks of bfloat16. What they leave is the vector kernel's.
 */
@NullMarked
package dev.minnow.kernel.bfloat;

import org.jspecify.annotations.NullMarked;
