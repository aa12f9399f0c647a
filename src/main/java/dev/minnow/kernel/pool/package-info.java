/**
 * Threads that share the work of an operation, how it is cut, and the scratch that each of them has.
 */
@NullMarked
package dev.minnow.kernel.pool;

import org.jspecify.annotations.NullMarked;
