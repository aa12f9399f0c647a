/** Training: what is asked of it, what it tells meanwhile, and what comes of it. */
@NullMarked
package dev.minnow.train;

import org.jspecify.annotations.NullMarked;
