/** The options of a run: what they are where nobody says otherwise, which follow from others, and which go together. */
@NullMarked
package dev.minnow.train.option;

import org.jspecify.annotations.NullMarked;
