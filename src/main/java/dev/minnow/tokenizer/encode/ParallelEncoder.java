package dev.minnow.tokenizer.encode;

import dev.minnow.tokenizer.split.PreTokenizer;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

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
    Deque<Future<IntArrayList>> encoded = new ArrayDeque<>();
    try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
      for (int start = from; start < to;) {
        int partFrom = start;
        int near = (int) Math.min((long) start + partBytes, to);
        int partTo = near < to ? levels.cut(text, near, to) : to;
        encoded.add(executor.submit(() -> encodePart(text, partFrom, partTo)));
        start = partTo;
      }
      try {
        join(encoded, out);
      } finally {
        // After a failure, what waits would be encoded for nothing.
        executor.shutdownNow();
      }
    }
  }

  private IntArrayList encodePart(byte[] text, int from, int to) {
    IntArrayList ids = new IntArrayList((to - from) / 3 + 8);
    parts.encode(text, from, to, ids);
    return ids;
  }

  /** Joins parts as they become ready, while later ones are being encoded. */
  private static void join(Deque<Future<IntArrayList>> encoded, IntArrayList out) {
    while (!encoded.isEmpty()) {
      IntArrayList ids = result(encoded.remove());
      out.addElements(out.size(), ids.elements(), 0, ids.size());
    }
  }

  private static IntArrayList result(Future<IntArrayList> part) {
    try {
      return part.get();
    } catch (ExecutionException e) {
      throw failure(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("Encoding was interrupted.");
    }
  }

  private static RuntimeException failure(@Nullable Throwable thrown) {
    return switch (thrown) {
      case Error e -> throw e;
      case RuntimeException e -> e;
      case null, default -> throw new AssertionError("Encoding throws nothing else.", thrown);
    };
  }
}
