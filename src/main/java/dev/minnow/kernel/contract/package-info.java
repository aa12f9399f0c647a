/**
 * What operations of a kernel ask of their arguments, checked at each entry.
 */
@NullMarked
package dev.minnow.kernel.contract;

import org.jspecify.annotations.NullMarked;
