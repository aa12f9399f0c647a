/**
 * Threads that share an operation, how its work is cut for them, and the scratch that each has or that they share.
 */
@NullMarked
package dev.minnow.kernel.pool;

import org.jspecify.annotations.NullMarked;
