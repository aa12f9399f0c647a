package dev.minnow.tokenizer;

import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Encodes one large text on several threads: cut where that changes no piece, and joined in order. */
final class ParallelEncoder implements SegmentEncoder {
  /** Bytes of a part, at least: some milliseconds of work, so that handing it over is free and threads end at about the same time. */
  static final int PART = 1 << 18;

  private final PreTokenizer levels;
  private final SegmentEncoder parts;
  private final int threads;
  private final int partBytes;

  /**
   * @param parts encodes parts, many at a time
   * @param threads to use at most
   * @param partBytes of a part at least, usually {@link #PART}
   */
  ParallelEncoder(PreTokenizer levels, SegmentEncoder parts, int threads, int partBytes) {
    this.levels = levels;
    this.parts = parts;
    this.threads = threads;
    this.partBytes = partBytes;
  }

  @Override
  public void encode(byte[] text, int from, int to, IntArrayList out) {
    if (threads == 1 || to - from <= partBytes) {
      parts.encode(text, from, to, out);
      return;
    }
    List<Future<IntArrayList>> encoded = new ArrayList<>();
    try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
      for (int start = from; start < to;) {
        int partFrom = start;
        int near = (int) Math.min((long) start + partBytes, to);
        int partTo = near < to ? levels.cut(text, near, to) : to;
        encoded.add(executor.submit(() -> encodePart(text, partFrom, partTo)));
        start = partTo;
      }
    }
    join(encoded, out);
  }

  private IntArrayList encodePart(byte[] text, int from, int to) {
    IntArrayList ids = new IntArrayList((to - from) / 3 + 8);
    parts.encode(text, from, to, ids);
    return ids;
  }

  private static void join(List<Future<IntArrayList>> encoded, IntArrayList out) {
    long size = out.size();
    for (Future<IntArrayList> part : encoded) {
      size += result(part).size();
    }
    out.ensureCapacity(Math.toIntExact(size));
    for (Future<IntArrayList> part : encoded) {
      IntArrayList ids = result(part);
      out.addElements(out.size(), ids.elements(), 0, ids.size());
    }
  }

  private static IntArrayList result(Future<IntArrayList> part) {
    return switch (part.state()) {
      case SUCCESS -> part.resultNow();
      case FAILED -> throw failure(part.exceptionNow());
      case RUNNING, CANCELLED -> throw new CancellationException("Encoding was interrupted.");
    };
  }

  private static RuntimeException failure(Throwable thrown) {
    return switch (thrown) {
      case Error e -> throw e;
      case RuntimeException e -> e;
      default -> throw new AssertionError("Encoding throws nothing else.", thrown);
    };
  }
}
