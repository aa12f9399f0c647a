package dev.minnow.corpus;

import dev.minnow.tokenizer.Tokenizer;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.nio.file.Path;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Writes encoded pieces, in order, to the training or the held-out file. A document ends with the end-of-text token; where the tokenizer
 * has none, a newline stands between two documents of a file.
 */
final class SplitWriter implements AutoCloseable {
  /**
   * A piece and its tokens.
   *
   * @param heldOutFrom the byte of the piece where held-out text begins
   */
  record Encoded(TextPiece piece, int heldOutFrom, IntArrayList training, IntArrayList heldOut) {
    static Encoded of(TextPiece piece, int heldOutFrom, Tokenizer tokenizer) {
      return new Encoded(
          piece, heldOutFrom, encode(piece, 0, heldOutFrom, tokenizer), encode(piece, heldOutFrom, piece.utf8().length, tokenizer));
    }

    private static IntArrayList encode(TextPiece piece, int from, int to, Tokenizer tokenizer) {
      IntArrayList ids = new IntArrayList((to - from) / 3 + 1);
      tokenizer.encode(piece.utf8(), from, to, ids);
      return ids;
    }
  }

  private final OptionalInt endOfText;
  private final int newline;
  private final TokenFileWriter training;
  private final @Nullable TokenFileWriter heldOut;

  /**
   * Starts the files.
   *
   * @param heldOutFile null where nothing is held out
   */
  SplitWriter(Path trainingFile, @Nullable Path heldOutFile, Tokenizer tokenizer) {
    this.endOfText = tokenizer.endOfText();
    this.newline = tokenizer.encode("\n")[0];
    String hash = tokenizer.sha256();
    this.training = new TokenFileWriter(trainingFile, tokenizer.vocabularySize(), hash);
    try {
      this.heldOut = heldOutFile == null ? null : new TokenFileWriter(heldOutFile, tokenizer.vocabularySize(), hash);
    } catch (CorpusException e) {
      training.close();
      throw e;
    }
  }

  void append(Encoded encoded) {
    int length = encoded.piece().utf8().length;
    boolean endsHeldOut = encoded.heldOutFrom() < length;
    append(training, encoded.piece(), encoded.heldOutFrom(), encoded.training(), !endsHeldOut);
    if (heldOut != null) {
      append(heldOut, encoded.piece(), length - encoded.heldOutFrom(), encoded.heldOut(), endsHeldOut);
    }
  }

  private void append(TokenFileWriter writer, TextPiece piece, int bytes, IntArrayList ids, boolean hasEnd) {
    if (bytes == 0) {
      return;
    }
    if (endOfText.isEmpty() && piece.index() == 0 && writer.tokenCount() > 0) {
      writer.append(newline);
    }
    writer.append(ids);
    writer.addTextBytes(bytes);
    if (endOfText.isPresent() && piece.last() && hasEnd) {
      writer.append(endOfText.getAsInt());
    }
  }

  /** Completes both files and moves them to their places. */
  void finish() {
    training.finish();
    if (heldOut != null) {
      heldOut.finish();
    }
  }

  @Override
  public void close() {
    try (training) {
      if (heldOut != null) {
        heldOut.close();
      }
    }
  }
}
