package dev.minnow.corpus.read;

import java.io.IOException;

/** The texts of a file that holds many, one after the other. */
public interface TextRecords {
  /**
   * Goes to the next record.
   *
   * @return whether there is one
   * @throws IOException if the rest of the file cannot be read
   */
  boolean next() throws IOException;

  /** What comes after the file's name in that of the record: {@code :LINE}, {@code [INDEX]}, or nothing if the file is the record. */
  String place();

  /**
   * The text of the record.
   *
   * @throws ReadingFault if the record has none; the next one may
   */
  String text() throws ReadingFault;
}
