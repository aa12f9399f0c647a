package dev.minnow.tokenizer;

import java.io.IOException;
import java.util.function.Consumer;

/** Documents that pass by once, so that they need not fit in memory together. */
@FunctionalInterface
public interface DocumentSource {
  /** Hands over every document, as UTF-8 that must not change afterwards, from the calling thread. */
  void forEach(Consumer<byte[]> sink) throws IOException;
}
