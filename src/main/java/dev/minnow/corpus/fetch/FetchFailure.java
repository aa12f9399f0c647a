package dev.minnow.corpus.fetch;

import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What went wrong with one request; the message follows the name of the host, as in "answered 404". */
final class FetchFailure extends Exception {
  private static final long serialVersionUID = 1;

  /** What may help. */
  enum Remedy {
    /** The same request, a little later. */
    RETRY,
    /** Another network: nobody answered. */
    CONNECTION,
    /** Nothing at this address. */
    OTHER_ADDRESS
  }

  private final Remedy remedy;
  private final Duration pause;

  FetchFailure(Remedy remedy, String message, @Nullable Throwable cause) {
    this(remedy, message, cause, Duration.ZERO);
  }

  /** @param pause what the server asks to wait */
  FetchFailure(Remedy remedy, String message, @Nullable Throwable cause, Duration pause) {
    super(message, cause);
    this.remedy = remedy;
    this.pause = pause;
  }

  /** The failure of a server to which another one redirected, as that one's: it did answer. */
  FetchFailure after(URI redirection) {
    return new FetchFailure(
        remedy == Remedy.CONNECTION ? Remedy.RETRY : remedy, "redirects to " + RemoteFile.host(redirection) + ", which " + getMessage(),
        getCause(), pause);
  }

  Remedy remedy() {
    return remedy;
  }

  Duration pause() {
    return pause;
  }
}
