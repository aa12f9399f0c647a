/** A run from its text to its last save: its data, its length, evaluations, samples and saves, and where it goes back to. */
@NullMarked
package dev.minnow.train.run;

import org.jspecify.annotations.NullMarked;
