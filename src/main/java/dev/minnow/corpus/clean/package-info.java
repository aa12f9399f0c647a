/**
 * Makes documents clean and finds those to leave out, knowing nothing of files: {@link dev.minnow.corpus.clean.DocumentCleaner} cleans
 * one piece after the other, {@link dev.minnow.corpus.clean.ProfileBuilder} sums a document up in a {@link
 * dev.minnow.corpus.clean.DocumentProfile} of fixed size, {@link dev.minnow.corpus.clean.QualityFilter} judges it alone and {@link
 * dev.minnow.corpus.clean.DuplicateGroups} beside all others. Two readings of a corpus: the first cleans, counts lines in {@link
 * dev.minnow.corpus.clean.LineCounts} and spills profiles; the second cleans again, now without {@link
 * dev.minnow.corpus.clean.BoilerplateLines}, and keeps what the profiles have decided.
 */
@NullMarked
package dev.minnow.corpus.clean;

import org.jspecify.annotations.NullMarked;
