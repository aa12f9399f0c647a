package dev.minnow.corpus.prepare;

import dev.minnow.corpus.Corpus;
import dev.minnow.corpus.CorpusException;
import dev.minnow.corpus.TextPiece;
import dev.minnow.corpus.clean.BoilerplateLines;
import dev.minnow.corpus.clean.CleaningOptions;
import dev.minnow.corpus.clean.DocumentCleaner;
import dev.minnow.corpus.clean.DocumentProfile;
import dev.minnow.corpus.clean.LineCounter;
import dev.minnow.corpus.clean.LineCounts;
import dev.minnow.corpus.clean.ProfileBuilder;
import dev.minnow.tokenizer.WorkListener;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The first reading of a corpus: cleans every document, spills its profile and its size, and counts lines. At each checkpoint, which is
 * between two documents, all that is on disk; a later process goes on there.
 */
final class ProfilePass {
  static final String PROFILES = "profiles";
  static final String SIZES = "sizes";
  private static final String POSITION = "profiling.json";

  /** Arrays have one place for each. */
  private static final int MOST_DOCUMENTS = 2_000_000_000;

  /**
   * How far the reading is on disk.
   *
   * @param documents that are profiled
   * @param whole whether those are all
   */
  record Position(int documents, boolean whole) {
    static final Position START = new Position(0, false);

    String lines() {
      return "lines-" + documents;
    }
  }

  /** A document that has been read. */
  private record Profiled(DocumentProfile profile, long readBytes) {}

  /** What sums up one document after the other. */
  private static final class Profiler {
    private final DocumentCleaner cleaner;
    private final ProfileBuilder builder = new ProfileBuilder();
    private final LineCounter lines;
    private long readBytes;

    Profiler(CleaningOptions cleaning, LineCounts counts) {
      cleaner = new DocumentCleaner(cleaning, BoilerplateLines.none());
      lines = new LineCounter(counts);
    }

    List<Profiled> profile(List<PieceBatches.Item> items) {
      List<Profiled> done = new ArrayList<>();
      for (PieceBatches.Item item : items) {
        TextPiece clean = cleaner.clean(item.piece());
        builder.add(clean.utf8());
        lines.add(clean.utf8());
        readBytes += item.piece().utf8().length;
        if (item.piece().last()) {
          lines.endDocument();
          done.add(new Profiled(builder.finish(), readBytes));
          readBytes = 0;
        }
      }
      return done;
    }
  }

  private final Corpus corpus;
  private final PreparationOptions options;
  private final PreparationFolder folder;
  private final Checkpoints checkpoints;

  private Position position;
  private LineCounts lines = new LineCounts();
  private int documentsRead;

  ProfilePass(Corpus corpus, PreparationOptions options, PreparationFolder folder, Duration interval) {
    this.corpus = corpus;
    this.options = options;
    this.folder = folder;
    this.checkpoints = new Checkpoints(interval);
    this.position = folder.position(POSITION, Position.class, Position.START);
  }

  /** Documents whose profiles are on disk. */
  int documents() {
    return position.documents();
  }

  /** The counts of all lines, once the reading is done. */
  LineCounts lines() {
    return lines;
  }

  /** Reads what is not read yet. */
  void run(WorkListener listener) {
    if (position.documents() > 0) {
      lines = LineCounts.fromBytes(folder.read(position.lines()));
    }
    if (position.whole()) {
      return;
    }
    try (SpillFile profiles = new SpillFile(folder.work(PROFILES), (long) position.documents() * DocumentProfile.BYTES);
        SpillFile sizes = new SpillFile(folder.work(SIZES), (long) position.documents() * Long.BYTES);
        OrderedWork<List<Profiled>> workers =
            new OrderedWork<>(options.threads(), options.piecesBytes(), done -> spill(done, profiles, sizes))) {
      LineCounts counts = lines;
      PieceBatches<Profiler, List<Profiled>, List<Profiled>> batches =
          new PieceBatches<>(
              workers,
              () -> new Profiler(options.cleaning(), counts),
              new PieceBatches.Work<>() {
                @Override
                public List<Profiled> inOrder(Profiler profiler, List<PieceBatches.Item> items) {
                  return profiler.profile(items);
                }

                @Override
                public List<Profiled> then(List<Profiled> made) {
                  return made;
                }
              });
      corpus.read(
          piece -> take(piece, batches, profiles, sizes), (done, total) -> listener.working("looking at documents", done, total));
      batches.takeAll();
      save(profiles, sizes, true);
    }
  }

  private void take(TextPiece piece, PieceBatches<?, ?, ?> batches, SpillFile profiles, SpillFile sizes) {
    if (documentsRead >= position.documents()) {
      batches.add(PieceBatches.Item.whole(piece));
    }
    if (piece.last()) {
      if (documentsRead == MOST_DOCUMENTS) {
        throw new CorpusException("The corpus has more than " + MOST_DOCUMENTS + " documents; prepare it in parts.");
      }
      documentsRead++;
      if (documentsRead > position.documents() && checkpoints.isDue()) {
        batches.takeAll();
        save(profiles, sizes, false);
      }
    }
  }

  private static void spill(List<Profiled> documents, SpillFile profiles, SpillFile sizes) {
    for (Profiled document : documents) {
      profiles.append(document.profile().toBytes());
      sizes.append(ByteBuffer.allocate(Long.BYTES).putLong(document.readBytes()).array());
    }
  }

  private void save(SpillFile profiles, SpillFile sizes, boolean whole) {
    profiles.checkpoint();
    sizes.checkpoint();
    Position before = position;
    Position now = new Position(documentsRead, whole);
    folder.write(now.lines(), lines.toBytes());
    folder.writePosition(POSITION, now);
    position = now;
    if (before.documents() != now.documents()) {
      folder.delete(before.lines());
    }
    checkpoints.made();
  }
}
