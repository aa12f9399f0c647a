package dev.minnow.corpus;

import java.io.IOException;
import java.nio.file.Path;

/** One file that documents are read from, as often as needed. */
interface Source {
  /** The file on disk. */
  Path file();

  /** What people call it. */
  default String name() {
    return file().toString();
  }

  /** What is made of the file; a change of it makes other documents of the same bytes. */
  String recipe();

  /** Bytes of text, roughly. */
  long estimatedBytes() throws IOException;

  /**
   * Reads all documents, in an order that depends on the file's contents only.
   *
   * @throws IOException if the file, or the rest of it, cannot be read
   */
  void read(FormatReader reader) throws IOException;
}
