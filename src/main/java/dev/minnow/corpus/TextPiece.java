package dev.minnow.corpus;

/**
 * A document, or a part of one that is longer than {@link DocumentReader#PIECE_BYTES}. Pieces of a document come in order, and tokens of
 * pieces encoded one by one, each after the first as text that goes on, are those of the whole document.
 *
 * @param document name of the document: a path, {@code archive!/entry}, {@code file.jsonl:line}, {@code file.csv:line} or
 *     {@code file.json[index]}
 * @param index 0 for the document's first piece
 * @param utf8 valid UTF-8 without a byte order mark and control characters but tab and line feed; not to be changed
 * @param last whether the document ends with this piece
 */
public record TextPiece(String document, int index, byte[] utf8, boolean last) {
  /** Whether the document begins with this piece; any other goes on from the one before it. */
  public boolean first() {
    return index == 0;
  }
}
