/**
 * Rows of a matrix, whatever its elements are: loaded, stored, added to others, and dropped out.
 */
@NullMarked
package dev.minnow.kernel.row;

import org.jspecify.annotations.NullMarked;
