/**
 * From documents to token files: {@link dev.minnow.corpus.prepare.Tokenization} encodes a corpus as it is, {@link
 * dev.minnow.corpus.prepare.Preparation} cleans it, drops copies and what is no text, and goes on where a killed process left off.
 */
@NullMarked
package dev.minnow.corpus.prepare;

import org.jspecify.annotations.NullMarked;
