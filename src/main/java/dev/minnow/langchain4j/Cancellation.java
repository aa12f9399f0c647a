package dev.minnow.langchain4j;

import dev.langchain4j.model.chat.response.StreamingHandle;

/** A wish to hear no more of a streamed answer, which any thread may make. */
final class Cancellation implements StreamingHandle {
  private volatile boolean cancelled;

  @Override
  public void cancel() {
    cancelled = true;
  }

  @Override
  public boolean isCancelled() {
    return cancelled;
  }
}
