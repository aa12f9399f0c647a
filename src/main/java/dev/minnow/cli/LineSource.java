package dev.minnow.cli;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Where the REPL's lines come from: a person or a pipe. */
interface LineSource extends AutoCloseable {
  /** The next line without its end, or null after the last. */
  @Nullable
  String next() throws IOException;

  /** Calls {@code action} when the person interrupts what runs between two lines. */
  void onInterrupt(Runnable action);

  @Override
  void close() throws IOException;
}
