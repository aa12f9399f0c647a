/** What to train in a given time and memory: a statistic of the corpus, a law of losses, and the models that come into question. */
@NullMarked
package dev.minnow.train.plan;

import org.jspecify.annotations.NullMarked;
