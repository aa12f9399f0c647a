package dev.minnow.tokenizer.learn;

import dev.minnow.tokenizer.DocumentSource;
import dev.minnow.tokenizer.WorkListener;
import dev.minnow.tokenizer.split.AddedTokenFinder;
import dev.minnow.tokenizer.split.Splitter;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Counts the pieces of documents on several threads, while they are being read, in bounded memory. Text is cut into shards where the
 * documents alone say, each shard is counted by itself, and their counts are added up in order: so the words that are forgotten when
 * there are too many do not depend on the threads.
 */
public final class WordCounter {
  /** Enough that adding up a shard's words is little work beside counting them. */
  private static final long LARGEST_SHARD_BYTES = 1 << 22;

  private static final long SMALLEST_SHARD_BYTES = 1 << 16;

  /** Shards that wait or run are small beside the words in memory. */
  private static final int SHARDS_IN_MEMORY = 128;

  private final Splitter splitter;
  private final AddedTokenFinder specials;
  private final int threads;
  private final long memoryBytes;
  private final long shardBytes;
  private final WorkListener listener;

  /** Tables that are not in use. */
  private final ConcurrentLinkedQueue<WordCounts> idle = new ConcurrentLinkedQueue<>();

  private final Queue<CompletableFuture<WordCounts>> underWay = new ArrayDeque<>();
  private final WordCounts total = new WordCounts();
  private WordCounts.Forgotten forgotten = new WordCounts.Forgotten(0, 0);
  private List<Part> shard = new ArrayList<>();
  private long shardLength;

  private record Part(byte[] text, int from, int to) {}

  /**
   * @param specials what cuts the text and is not counted
   * @param threads that count, besides the calling one, which reads and adds up
   * @param memoryBytes what learning from the words may take; shards that are being counted come on top
   */
  public WordCounter(Splitter splitter, AddedTokenFinder specials, int threads, long memoryBytes, WorkListener listener) {
    this.splitter = splitter;
    this.specials = specials;
    this.threads = threads;
    this.memoryBytes = memoryBytes;
    this.shardBytes = Math.clamp(memoryBytes / SHARDS_IN_MEMORY, SMALLEST_SHARD_BYTES, LARGEST_SHARD_BYTES);
    this.listener = listener;
  }

  /** The words of documents, for one call. */
  public WordCounts count(DocumentSource documents) throws IOException {
    try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
      documents.forEach(document -> take(document, executor));
      hand(executor);
      while (!underWay.isEmpty()) {
        addUp();
      }
    }
    if (forgotten.words() > 0) {
      listener.noticed(
          String.format(
              Locale.ROOT, "%,d rare words, seen %,d times, did not fit into memory and were left out of the learning.", forgotten.words(),
              forgotten.occurrences()));
    }
    return total;
  }

  private void take(byte[] document, ExecutorService executor) {
    specials.find(document, 0, document.length, new AddedTokenFinder.Listener() {
      @Override
      public void text(int from, int to) {
        takeOrdinary(document, from, to, executor);
      }

      @Override
      public void token(int id) {
        // Cuts the text, and is not learned from.
      }
    });
  }

  /** Cuts text, which may be a whole library, where that changes no piece. */
  private void takeOrdinary(byte[] text, int start, int end, ExecutorService executor) {
    for (int from = start; from < end;) {
      int near = (int) Math.min(end, from + shardBytes - shardLength);
      int to = near < end ? splitter.cut(text, Math.max(near, from + 1), end) : end;
      shard.add(new Part(text, from, to));
      shardLength += to - from;
      from = to;
      if (shardLength >= shardBytes) {
        hand(executor);
      }
    }
  }

  private void hand(ExecutorService executor) {
    // One for each thread, and one that is ready when a thread becomes free.
    while (underWay.size() > threads) {
      addUp();
    }
    List<Part> parts = shard;
    underWay.add(CompletableFuture.supplyAsync(() -> countShard(parts), executor));
    shard = new ArrayList<>();
    shardLength = 0;
  }

  private WordCounts countShard(List<Part> parts) {
    WordCounts found = idle.poll();
    WordCounts table = found == null ? new WordCounts() : found;
    for (Part part : parts) {
      table.addPieces(splitter, part.text, part.from, part.to);
    }
    return table;
  }

  /** Adds the counts of the next shard to those of all before. */
  private void addUp() {
    WordCounts table = result(underWay.remove());
    total.addAll(table);
    table.clear();
    idle.add(table);
    if (total.learningBytes() > memoryBytes) {
      // To a half, so that this is seldom: it looks at every word.
      forgotten = forgotten.plus(total.forgetRarest(memoryBytes / 2));
    }
  }

  private static WordCounts result(CompletableFuture<WordCounts> counts) {
    try {
      return counts.join();
    } catch (CompletionException e) {
      switch (e.getCause()) {
        case Error cause -> throw cause;
        case RuntimeException cause -> throw cause;
        case null, default -> throw new AssertionError("Counting throws nothing else.", e);
      }
    }
  }
}
