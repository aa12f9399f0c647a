/** Looking at models: what their parameters are, how one training step moves them, and how two of them differ. */
@NullMarked
package dev.minnow.train.inspect;

import org.jspecify.annotations.NullMarked;
