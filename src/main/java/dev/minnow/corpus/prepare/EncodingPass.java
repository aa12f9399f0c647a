package dev.minnow.corpus.prepare;

import dev.minnow.corpus.CorpusException;
import dev.minnow.corpus.RunFiles;
import dev.minnow.corpus.TextPiece;
import dev.minnow.corpus.clean.BoilerplateLines;
import dev.minnow.corpus.clean.DocumentCleaner;
import dev.minnow.tokenizer.Tokenizer;
import dev.minnow.tokenizer.WorkListener;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The last reading of a corpus: cleans the documents that are kept, encodes them and writes the token files. At each checkpoint, which
 * may be in the middle of a document, all that is on disk; a later process goes on there.
 */
final class EncodingPass {
  private static final String POSITION = "encoding.json";

  /**
   * How far the reading is on disk.
   *
   * @param documents that are in the files, or left out
   * @param pieces of the document after those that are in the files
   */
  record Position(int documents, int pieces, SplitWriter.Checkpoint written) {
    static final Position START = new Position(0, 0, SplitWriter.Checkpoint.START);
  }

  /** Clean text to encode. */
  private record Clean(byte[] utf8, int heldOutFrom, boolean continues, boolean last) {}

  private final DocumentWalk walk;
  private final PreparationOptions options;
  private final BoilerplateLines boilerplate;
  private final Tokenizer tokenizer;
  private final PreparationFolder folder;
  private final Checkpoints checkpoints;
  private final DroppedReport report;

  EncodingPass(
      DocumentWalk walk, PreparationOptions options, BoilerplateLines boilerplate, Tokenizer tokenizer, PreparationFolder folder,
      Duration interval, DroppedReport report) {
    this.walk = walk;
    this.options = options;
    this.boilerplate = boilerplate;
    this.tokenizer = tokenizer;
    this.folder = folder;
    this.checkpoints = new Checkpoints(interval);
    this.report = report;
  }

  /** Writes what is not written yet, and completes both files. */
  SplitWriter.Checkpoint run(WorkListener listener) {
    Position position = folder.position(POSITION, Position.class, Position.START);
    SplitWriter writer;
    try {
      writer = writer(position.written());
    } catch (CorpusException damaged) {
      // What was left is not what it was left as, after a loss of power perhaps: the text is there to make it anew.
      position = Position.START;
      writer = writer(position.written());
    }
    return run(position, writer, listener);
  }

  private SplitWriter.Checkpoint run(Position position, SplitWriter writer, WorkListener listener) {
    try (OrderedWork<List<SplitWriter.Encoded>> workers =
        new OrderedWork<>(options.threads(), options.piecesBytes(), pieces -> pieces.forEach(writer::append))) {
      PieceBatches<DocumentCleaner, List<Clean>, List<SplitWriter.Encoded>> batches =
          new PieceBatches<>(workers, () -> new DocumentCleaner(options.cleaning(), boilerplate), new Encoding());
      walk.read(new Writing(position, writer, batches), (done, total) -> listener.working("tokenizing", done, total));
      batches.takeAll();
      return writer.complete();
    } finally {
      writer.leave();
    }
  }

  private SplitWriter writer(SplitWriter.Checkpoint from) {
    Path heldOut = walk.validation() > 0 ? folder.work(PreparedCorpus.VALIDATION) : null;
    return new SplitWriter(folder.work(RunFiles.TRAINING_TOKENS), heldOut, tokenizer, from);
  }

  /** Gives workers what is not in the files yet. */
  private final class Writing implements DocumentWalk.Visitor {
    private final Position start;
    private final SplitWriter writer;
    private final PieceBatches<?, ?, ?> batches;

    Writing(Position start, SplitWriter writer, PieceBatches<?, ?, ?> batches) {
      this.start = start;
      this.writer = writer;
      this.batches = batches;
    }

    @Override
    public void dropped(TextPiece piece, int document) {
      report.dropped(piece, document);
    }

    @Override
    public void kept(TextPiece piece, int document, int index, int heldOutFrom) {
      report.kept(piece, document);
      if (document < start.documents()) {
        return;
      }
      // Pieces that are in the files still tell the cleaning of the rest of their document something.
      boolean wanted = document > start.documents() || index >= start.pieces();
      batches.add(new PieceBatches.Item(piece, heldOutFrom, wanted));
      if (wanted && checkpoints.isDue()) {
        batches.takeAll();
        boolean ends = piece.last();
        folder.writePosition(POSITION, new Position(ends ? document + 1 : document, ends ? 0 : index + 1, writer.checkpoint()));
        checkpoints.made();
      }
    }
  }

  private final class Encoding implements PieceBatches.Work<DocumentCleaner, List<Clean>, List<SplitWriter.Encoded>> {
    @Override
    public List<Clean> inOrder(DocumentCleaner cleaner, List<PieceBatches.Item> items) {
      List<Clean> clean = new ArrayList<>();
      for (PieceBatches.Item item : items) {
        byte[] utf8 = cleaner.clean(item.piece()).utf8();
        if (item.wanted()) {
          clean.add(new Clean(utf8, item.heldOutFrom(utf8), !item.piece().first(), item.piece().last()));
        }
      }
      return clean;
    }

    @Override
    public List<SplitWriter.Encoded> then(List<Clean> clean) {
      return clean.stream()
          .map(text -> SplitWriter.Encoded.of(text.utf8(), text.heldOutFrom(), text.continues(), text.last(), tokenizer))
          .toList();
    }
  }
}
