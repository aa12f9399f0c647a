/** One step of training: the trainer, the optimizers, what guards a step, and the memory that all of it takes. */
@NullMarked
package dev.minnow.train.step;

import org.jspecify.annotations.NullMarked;
