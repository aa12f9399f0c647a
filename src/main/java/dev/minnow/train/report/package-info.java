/** The page that shows training runs: curves read from metrics, what the model is, and what it was trained on, in one file. */
@NullMarked
package dev.minnow.train.report;

import org.jspecify.annotations.NullMarked;
