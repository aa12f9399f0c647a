package dev.minnow.tokenizer.split;

import java.util.List;
import java.util.Optional;

/** Splits text level by level, each level within the pieces of the one before. Immutable and thread-safe. */
public final class PreTokenizer {
  private final List<SplitLevel> levels;

  /** @param levels in the order in which they split; without one, a text is one piece */
  public PreTokenizer(List<? extends SplitLevel> levels) {
    this.levels = List.copyOf(levels);
  }

  /** The only level, if there is one and it drops nothing: its pieces can be walked without a sink. */
  public Optional<Splitter> splitter() {
    return levels.size() == 1 && levels.getFirst() instanceof Splitter splitter ? Optional.of(splitter) : Optional.empty();
  }

  /** Hands the pieces of {@code text[from, to)} to {@code pieces}, in order. */
  public void split(byte[] text, int from, int to, PieceSink pieces) {
    PieceSink sink = pieces;
    for (SplitLevel level : levels.reversed()) {
      PieceSink next = sink;
      sink = (piece, start, end) -> level.split(piece, start, end, next);
    }
    if (from < to) {
      sink.piece(text, from, to);
    }
  }

  /**
   * The first place at or after {@code near} where the text can be cut in two with the same pieces, or {@code to} if there is none or none
   * is known. It is a place where a level splits anyway, and the levels before it are ones that a cut does not disturb.
   */
  public int cut(byte[] text, int near, int to) {
    int deciding = 0;
    while (deciding < levels.size() - 1 && levels.get(deciding).cutsAnywhere()) {
      deciding++;
    }
    return levels.isEmpty() ? to : levels.get(deciding).cut(text, near, to);
  }
}
