/**
 * From the bytes of files to text: compression, archives, formats and encodings, all as streams of bounded memory. What cannot be read is
 * a {@link dev.minnow.corpus.read.ReadingFault} that says why; who reads decides what becomes of the rest.
 */
@NullMarked
package dev.minnow.corpus.read;

import org.jspecify.annotations.NullMarked;
