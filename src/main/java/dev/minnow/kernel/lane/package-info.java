/**
 * What vectors have in common, in the Vector API and in machine code: whether this process can run them, their width, exponentials and
 * logarithms, sums over lanes.
 */
@NullMarked
package dev.minnow.kernel.lane;

import org.jspecify.annotations.NullMarked;
