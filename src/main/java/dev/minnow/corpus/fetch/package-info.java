/**
 * Files from the network: {@link dev.minnow.corpus.fetch.FileFetcher} downloads a {@link dev.minnow.corpus.fetch.RemoteFile}, goes on
 * where an earlier download ended, and gives the file its name only once its size and hash are right.
 */
@NullMarked
package dev.minnow.corpus.fetch;

import org.jspecify.annotations.NullMarked;
