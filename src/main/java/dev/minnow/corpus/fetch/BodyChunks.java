package dev.minnow.corpus.fetch;

import java.io.IOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of an answer, taken one chunk at a time. Unlike the client's own input stream it does not wait for ever for the next byte;
 * a time limit of the request as a whole would not do, because large files take hours.
 */
final class BodyChunks implements BodySubscriber<BodyChunks>, AutoCloseable {
  /** One step of the transfer: bytes, the end, or an error. */
  private record Event(boolean end, List<ByteBuffer> buffers, @Nullable Throwable error) {}

  // Never holds more than one list of buffers and an end, because one list is asked for at a time.
  private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
  private Flow.@Nullable Subscription subscription;
  private boolean closed;

  @Override
  public CompletionStage<BodyChunks> getBody() {
    return CompletableFuture.completedStage(this);
  }

  @Override
  public synchronized void onSubscribe(Flow.Subscription given) {
    subscription = given;
    if (closed) {
      given.cancel();
    } else {
      given.request(1);
    }
  }

  @Override
  public void onNext(List<ByteBuffer> buffers) {
    events.add(new Event(false, buffers, null));
  }

  @Override
  public void onError(Throwable error) {
    events.add(new Event(true, List.of(), error));
  }

  @Override
  public void onComplete() {
    events.add(new Event(true, List.of(), null));
  }

  /**
   * The next bytes; empty at the end.
   *
   * @throws StalledException if none came in time
   * @throws IOException if the connection broke
   */
  List<ByteBuffer> next(Duration patience) throws IOException, InterruptedException {
    while (true) {
      Event event = events.poll(patience.toNanos(), TimeUnit.NANOSECONDS);
      if (event == null) {
        throw new StalledException();
      }
      Throwable error = event.error();
      if (error != null) {
        throw error instanceof IOException io ? io : new IOException(error);
      }
      if (event.end()) {
        return List.of();
      }
      request();
      if (!event.buffers().isEmpty()) {
        return event.buffers();
      }
    }
  }

  private synchronized void request() {
    if (subscription != null) {
      subscription.request(1);
    }
  }

  /** Ends the transfer. */
  @Override
  public synchronized void close() {
    closed = true;
    if (subscription != null) {
      subscription.cancel();
    }
  }

  /** Nothing came for too long. */
  static final class StalledException extends IOException {
    private static final long serialVersionUID = 1;
  }
}
