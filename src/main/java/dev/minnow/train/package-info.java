/** Training: the step, the optimizer, schedules, evaluation and the run around them. */
@NullMarked
package dev.minnow.train;

import org.jspecify.annotations.NullMarked;
