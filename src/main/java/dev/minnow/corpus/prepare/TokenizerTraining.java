package dev.minnow.corpus.prepare;

import dev.minnow.corpus.TextPiece;
import dev.minnow.corpus.clean.BoilerplateLines;
import dev.minnow.corpus.clean.DocumentCleaner;
import dev.minnow.tokenizer.BpeTrainer;
import dev.minnow.tokenizer.Tokenizer;
import dev.minnow.tokenizer.WorkListener;
import it.unimi.dsi.fastutil.HashCommon;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/** Learns a tokenizer from the clean text that is kept and trained on; from a sample, where that is large. */
final class TokenizerTraining {
  /** Merges learned from more text are the same but for the rarest: no reason to read tens of gigabytes once more. */
  private static final long ENOUGH_BYTES = 512L << 20;

  private final DocumentWalk walk;
  private final PreparationOptions options;
  private final BoilerplateLines boilerplate;
  private final double share;

  TokenizerTraining(DocumentWalk walk, PreparationOptions options, BoilerplateLines boilerplate) {
    this.walk = walk;
    this.options = options;
    this.boilerplate = boilerplate;
    this.share = Math.min(1, (double) ENOUGH_BYTES / Math.max(1, walk.decisions().kept().bytes()));
  }

  Tokenizer train(WorkListener listener) throws IOException {
    return new BpeTrainer(options.vocabularySize())
        .withThreads(options.threads())
        .withMemory(options.tablesBytes())
        .withListener(listener)
        .train(sink -> read(sink, listener));
  }

  private void read(Consumer<byte[]> sink, WorkListener listener) {
    try (OrderedWork<List<byte[]>> workers =
        new OrderedWork<>(options.threads(), options.piecesBytes(), texts -> texts.forEach(sink))) {
      PieceBatches<DocumentCleaner, List<byte[]>, List<byte[]>> batches =
          new PieceBatches<>(workers, () -> new DocumentCleaner(options.cleaning(), boilerplate), new Cleaning());
      walk.read(
          (piece, document, index, heldOutFrom) -> {
            boolean wanted = heldOutFrom > 0 && isChosen(document, index);
            boolean alone = index == 0 && piece.last();
            if (wanted || !alone) {
              batches.add(new PieceBatches.Item(piece, heldOutFrom, wanted));
            }
          },
          (done, total) -> listener.working("counting words", done, total));
      batches.takeAll();
    }
  }

  /** Whether a piece is in the sample, by a hash of its document's text and its place. */
  private boolean isChosen(int document, int index) {
    long hash = HashCommon.mix(walk.decisions().splitHash(document) + HashCommon.mix(index + 1L));
    return share >= 1 || (hash >>> 1) * 0x1p-63 < share;
  }

  /** Cleans, and keeps what is trained on. */
  private static final class Cleaning implements PieceBatches.Work<DocumentCleaner, List<byte[]>, List<byte[]>> {
    @Override
    public List<byte[]> inOrder(DocumentCleaner cleaner, List<PieceBatches.Item> items) {
      List<byte[]> texts = new ArrayList<>();
      for (PieceBatches.Item item : items) {
        TextPiece clean = cleaner.clean(item.piece());
        int end = item.heldOutFrom(clean.utf8());
        if (item.wanted() && end > 0) {
          texts.add(end == clean.utf8().length ? clean.utf8() : Arrays.copyOf(clean.utf8(), end));
        }
      }
      return texts;
    }

    @Override
    public List<byte[]> then(List<byte[]> made) {
      return made;
    }
  }
}
