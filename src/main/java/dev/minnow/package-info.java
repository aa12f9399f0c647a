/** The door for applications: {@link dev.minnow.LanguageModel} and its options. */
@NullMarked
package dev.minnow;

import org.jspecify.annotations.NullMarked;
