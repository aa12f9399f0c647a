/**
 * What the machine can do at most, and how long each operation of a kernel takes.
 */
@NullMarked
package dev.minnow.kernel.meter;

import org.jspecify.annotations.NullMarked;
