/**
 * Rows of a matrix, whatever its elements are: loaded, stored and dropped out, and what is done with finished rows of a product.
 */
@NullMarked
package dev.minnow.kernel.row;

import org.jspecify.annotations.NullMarked;
