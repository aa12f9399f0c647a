package dev.minnow.cli;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Where the REPL's lines come from: a person or a pipe. */
interface LineSource extends AutoCloseable {
  /** The next line without its end, or null after the last. */
  @Nullable
  String next() throws IOException;

  /** The next line of a text of several, empty after the last; null if the person gives the text up. */
  @Nullable
  String following() throws IOException;

  /** Calls {@code action} when the person interrupts what runs between two lines. */
  void onInterrupt(Runnable action);

  @Override
  void close() throws IOException;
}
