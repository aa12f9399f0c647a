package dev.minnow.tokenizer;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;

/** Counts the pieces of documents on several threads, while they are being read. */
final class WordCounter {
  /** Work for one task: enough to make handing it over free, little enough to keep few documents waiting. */
  private static final int BATCH_BYTES = 1 << 18;

  private final Splitter splitter;
  private final int threads;

  /** One table for each task that runs, so that they never share one. */
  private final ConcurrentLinkedQueue<WordCounts> tables = new ConcurrentLinkedQueue<>();

  private final AtomicReference<Throwable> failure = new AtomicReference<>();
  private final Semaphore waiting;

  private List<Part> batch = new ArrayList<>();
  private long batchBytes;

  private record Part(byte[] text, int from, int to) {}

  WordCounter(Splitter splitter, int threads) {
    this.splitter = splitter;
    this.threads = threads;
    this.waiting = new Semaphore(2 * threads);
  }

  WordCounts count(DocumentSource documents) throws IOException {
    try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
      documents.forEach(document -> take(document, executor));
      hand(executor);
    }
    rethrow();
    WordCounts all = new WordCounts();
    for (WordCounts table = tables.poll(); table != null; table = tables.poll()) {
      if (all.size() == 0) {
        all = table;
      } else {
        all.addAll(table);
      }
    }
    return all;
  }

  /** Cuts a document, which may be a whole library, where that changes no piece. */
  private void take(byte[] document, ExecutorService executor) {
    int from = 0;
    while (from < document.length) {
      int near = (int) Math.min(document.length, from + BATCH_BYTES - batchBytes);
      int to = near < document.length ? splitter.cut(document, Math.max(near, from + 1), document.length) : near;
      batch.add(new Part(document, from, to));
      batchBytes += to - from;
      from = to;
      if (batchBytes >= BATCH_BYTES) {
        hand(executor);
      }
    }
  }

  private void hand(ExecutorService executor) {
    rethrow();
    List<Part> parts = batch;
    batch = new ArrayList<>();
    batchBytes = 0;
    waiting.acquireUninterruptibly();
    executor.execute(() -> countBatch(parts));
  }

  private void countBatch(List<Part> parts) {
    try {
      WordCounts idle = tables.poll();
      WordCounts table = idle == null ? new WordCounts() : idle;
      for (Part part : parts) {
        table.addPieces(splitter, part.text, part.from, part.to);
      }
      tables.add(table);
    } catch (RuntimeException | Error e) {
      failure.compareAndSet(null, e);
    } finally {
      waiting.release();
    }
  }

  private void rethrow() {
    switch (failure.get()) {
      case null -> {
      }
      case Error e -> throw e;
      case RuntimeException e -> throw e;
      case Throwable e -> throw new AssertionError("Counting throws nothing else.", e);
    }
  }
}
