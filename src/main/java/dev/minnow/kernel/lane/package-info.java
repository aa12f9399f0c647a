/**
 * What vectors have in common, in the Vector API and in machine code: their width, exponentials and logarithms, sums over lanes.
 */
@NullMarked
package dev.minnow.kernel.lane;

import org.jspecify.annotations.NullMarked;
