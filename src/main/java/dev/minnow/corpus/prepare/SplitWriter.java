package dev.minnow.corpus.prepare;

import dev.minnow.corpus.CorpusException;
import dev.minnow.corpus.TokenFileWriter;
import dev.minnow.tokenizer.EncodingOptions;
import dev.minnow.tokenizer.Tokenizer;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.nio.file.Path;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Writes encoded pieces, in order, to the training or the held-out file. A document ends with the end-of-text token, in the file that has
 * its end; where the tokenizer has none, a newline stands between two documents of a file.
 */
final class SplitWriter implements AutoCloseable {
  /**
   * The tokens of one piece.
   *
   * @param trainingBytes bytes of text that are trained on
   * @param heldOutBytes bytes of text after those
   * @param last whether its document ends with this piece
   */
  record Encoded(int trainingBytes, IntArrayList training, int heldOutBytes, IntArrayList heldOut, boolean last) {
    /**
     * Encodes a piece.
     *
     * @param heldOutFrom the byte of the text where held-out text begins
     * @param continues whether its document began before it
     */
    static Encoded of(byte[] utf8, int heldOutFrom, boolean continues, boolean last, Tokenizer tokenizer) {
      return new Encoded(
          heldOutFrom,
          encode(utf8, 0, heldOutFrom, continues, tokenizer),
          utf8.length - heldOutFrom,
          encode(utf8, heldOutFrom, utf8.length, continues || heldOutFrom > 0, tokenizer),
          last);
    }

    private static IntArrayList encode(byte[] utf8, int from, int to, boolean continues, Tokenizer tokenizer) {
      IntArrayList ids = new IntArrayList((to - from) / 3 + 1);
      tokenizer.encode(utf8, from, to, EncodingOptions.text().withContinuing(continues), ids);
      return ids;
    }
  }

  /**
   * How far both files are on disk.
   *
   * @param heldOut null where nothing is held out
   * @param documents documents with text that are whole in the files
   * @param inTraining whether the document that comes next began already, with tokens in the training file
   * @param inHeldOut the same of the held-out file
   * @param heldOutLast whether the latest text of all went to the held-out file
   */
  record Checkpoint(
      TokenFileWriter.Checkpoint training, TokenFileWriter.@Nullable Checkpoint heldOut, long documents, boolean inTraining,
      boolean inHeldOut, boolean heldOutLast) {
    static final Checkpoint START =
        new Checkpoint(TokenFileWriter.Checkpoint.START, TokenFileWriter.Checkpoint.START, 0, false, false, false);
  }

  private final OptionalInt endOfText;
  private final int newline;
  private final TokenFileWriter training;
  private final @Nullable TokenFileWriter heldOut;
  private long documents;
  private boolean inTraining;
  private boolean inHeldOut;
  private boolean heldOutLast;

  /**
   * Starts the files, or takes up unfinished ones.
   *
   * @param heldOutFile null where nothing is held out
   */
  SplitWriter(Path trainingFile, @Nullable Path heldOutFile, Tokenizer tokenizer, Checkpoint from) {
    this.endOfText = tokenizer.endOfText();
    this.newline = tokenizer.lineEnd()[0];
    this.documents = from.documents();
    this.inTraining = from.inTraining();
    this.inHeldOut = from.inHeldOut();
    this.heldOutLast = from.heldOutLast();
    String hash = tokenizer.sha256();
    this.training = new TokenFileWriter(trainingFile, tokenizer.vocabularySize(), hash, from.training());
    try {
      this.heldOut =
          heldOutFile == null || from.heldOut() == null ? null
              : new TokenFileWriter(heldOutFile, tokenizer.vocabularySize(), hash, from.heldOut());
    } catch (CorpusException e) {
      training.leave();
      throw e;
    }
  }

  void append(Encoded encoded) {
    if (append(training, encoded.training(), encoded.trainingBytes(), inTraining)) {
      inTraining = true;
      heldOutLast = false;
    }
    if (heldOut != null && append(heldOut, encoded.heldOut(), encoded.heldOutBytes(), inHeldOut)) {
      inHeldOut = true;
      heldOutLast = true;
    }
    if (encoded.last()) {
      documents += inTraining || inHeldOut ? 1 : 0;
      if (endOfText.isPresent() && heldOut != null && inHeldOut && heldOutLast) {
        heldOut.append(endOfText.getAsInt());
      } else if (endOfText.isPresent() && inTraining) {
        training.append(endOfText.getAsInt());
      }
      inTraining = false;
      inHeldOut = false;
    }
  }

  /** Whether there was something to append. */
  private boolean append(TokenFileWriter writer, IntArrayList ids, int bytes, boolean begun) {
    if (bytes == 0) {
      return false;
    }
    if (endOfText.isEmpty() && !begun && writer.tokenCount() > 0) {
      writer.append(newline);
    }
    writer.append(ids);
    writer.addTextBytes(bytes);
    return true;
  }

  /** Waits until all that was appended is on disk. */
  Checkpoint checkpoint() {
    return checkpoint(training.checkpoint(), heldOut == null ? null : heldOut.checkpoint());
  }

  /** Completes both files where they are {@link TokenFileWriter#unfinished}. */
  Checkpoint complete() {
    return checkpoint(training.complete(), heldOut == null ? null : heldOut.complete());
  }

  private Checkpoint checkpoint(TokenFileWriter.Checkpoint training, TokenFileWriter.@Nullable Checkpoint heldOut) {
    return new Checkpoint(training, heldOut, documents, inTraining, inHeldOut, heldOutLast);
  }

  /** Completes both files and moves them to their places. */
  void finish() {
    training.finish();
    if (heldOut != null) {
      heldOut.finish();
    }
  }

  /** Ends the writing and leaves unfinished files to be taken up again. */
  void leave() {
    training.leave();
    if (heldOut != null) {
      heldOut.leave();
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
