package dev.minnow.corpus.prepare;

import dev.minnow.corpus.HeldOutSplit;
import dev.minnow.corpus.TextPiece;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Gives pieces to workers, many small ones together, and takes back what they make of them in order. The pieces of one document are
 * worked on one after the other by a state that remembers the earlier ones, even where they are in several batches; documents are worked
 * on side by side.
 *
 * @param <S> the state, for one document after the other
 * @param <M> what is made of a batch with the state
 * @param <R> what is made of that without it
 */
final class PieceBatches<S, M, R> {
  /** Enough work that handing it over costs nothing beside it. */
  private static final int BATCH_BYTES = 128 << 10;

  /** What a piece takes besides its text, roughly. */
  private static final int PIECE_OVERHEAD_BYTES = 256;

  /** A piece as it was read, its clean text, and what is made of that, tokens or characters, which take more than bytes. */
  private static final int COPIES = 6;

  /**
   * A piece to work on.
   *
   * @param heldOutFrom the byte where held-out text begins
   * @param wanted whether its result is; if not, it is there for the state only
   */
  record Item(TextPiece piece, int heldOutFrom, boolean wanted) {
    static Item whole(TextPiece piece) {
      return new Item(piece, piece.utf8().length, true);
    }

    /** Where held-out text begins in what became of the piece. */
    int heldOutFrom(byte[] cleanedUtf8) {
      return HeldOutSplit.heldOutFrom(heldOutFrom, piece.utf8().length, cleanedUtf8);
    }
  }

  /** What is done with a batch. */
  interface Work<S, M, R> {
    /** The part that needs the state, which no other thread uses meanwhile. */
    M inOrder(S state, List<Item> items);

    /** The rest. */
    R then(M made);
  }

  private final OrderedWork<R> workers;
  private final Supplier<S> states;
  private final Work<S, M, R> work;
  private final Queue<S> idle = new ConcurrentLinkedQueue<>();
  private List<Item> batch = new ArrayList<>();
  private long batchBytes;

  /** Where the batch before leaves the state in the middle of a document; null between documents. */
  private @Nullable CompletableFuture<S> handedOver;

  PieceBatches(OrderedWork<R> workers, Supplier<S> states, Work<S, M, R> work) {
    this.workers = workers;
    this.states = states;
    this.work = work;
  }

  /** Takes the next piece; those of a document come without a gap. */
  void add(Item item) {
    batch.add(item);
    batchBytes += item.piece().utf8().length + PIECE_OVERHEAD_BYTES;
    if (batchBytes >= BATCH_BYTES) {
      give();
    }
  }

  private void give() {
    if (batch.isEmpty()) {
      return;
    }
    List<Item> items = batch;
    CompletableFuture<S> before = handedOver;
    CompletableFuture<S> after = items.getLast().piece().last() ? null : new CompletableFuture<>();
    handedOver = after;
    workers.give(batchBytes * COPIES, () -> work(items, before, after));
    batch = new ArrayList<>();
    batchBytes = 0;
  }

  private R work(List<Item> items, @Nullable CompletableFuture<S> before, @Nullable CompletableFuture<S> after) {
    M made;
    try {
      S state = before == null ? idleState() : before.join();
      made = work.inOrder(state, items);
      if (after == null) {
        idle.add(state);
      } else {
        after.complete(state);
      }
    } catch (RuntimeException | Error e) {
      if (after != null) {
        after.completeExceptionally(e);
      }
      throw e;
    }
    return work.then(made);
  }

  private S idleState() {
    S state = idle.poll();
    return state == null ? states.get() : state;
  }

  /** Waits until all that was added is done and taken back. */
  void takeAll() {
    give();
    workers.takeAll();
  }
}
