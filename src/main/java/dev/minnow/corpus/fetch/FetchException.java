package dev.minnow.corpus.fetch;

import org.jspecify.annotations.Nullable;

/** A file that cannot be had; the message is one sentence for a person: what, where, what to do. */
public final class FetchException extends RuntimeException {
  private static final long serialVersionUID = 1;

  FetchException(String message) {
    this(message, null);
  }

  FetchException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
