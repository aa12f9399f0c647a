/**
 * From files of text to token files and batches: {@link dev.minnow.corpus.Corpus} reads documents, the held-out split sets some aside,
 * {@link dev.minnow.corpus.TokenFile} holds the ids, and windows of them fill the batches.
 */
@NullMarked
package dev.minnow.corpus;

import org.jspecify.annotations.NullMarked;
