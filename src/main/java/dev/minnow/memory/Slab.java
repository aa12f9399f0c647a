package dev.minnow.memory;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.StampedLock;

/** One contiguous off-heap block that holds the tensors of a {@link SlabLayout}, zeroed at first. */
public final class Slab implements AutoCloseable {
  private final Arena arena = Arena.ofShared();
  private final StampedLock uses = new StampedLock();
  private final List<SlabLayout.Entry> entries;
  private final boolean guarded;
  private final AtomicLong version = new AtomicLong();
  private final MemorySegment memory;
  private final List<Tensor> tensors;
  private volatile boolean closing;

  Slab(long bytes, List<SlabLayout.Entry> entries, boolean guarded) {
    this.entries = entries;
    this.guarded = guarded;
    this.memory = NativePages.allocate(Math.max(bytes, SlabLayout.ALIGNMENT_BYTES), arena);
    this.tensors = entries.stream().map(entry -> Tensor.of(slice(entry), version, entry.type(), entry.shape())).toList();
    if (guarded) {
      forEachGap((from, to, before) -> GuardWords.fill(memory, from, to));
    }
  }

  private MemorySegment slice(SlabLayout.Entry entry) {
    return memory.asSlice(entry.offsetBytes(), entry.bytes());
  }

  /** The tensor that {@link SlabLayout#add} gave this index. */
  public Tensor tensor(int index) {
    return tensors.get(index);
  }

  /** The adjacent tensors {@code first} to {@code last}, both included, as one of the given shape. */
  public Tensor joined(int first, int last, long... shape) {
    SlabLayout.Entry start = entries.get(first);
    long end = entries.get(last).offsetBytes() + entries.get(last).bytes();
    long contents = entries.subList(first, last + 1).stream().mapToLong(SlabLayout.Entry::bytes).sum();
    if (end - start.offsetBytes() != contents) {
      throw new IllegalArgumentException("The tensors " + start.name() + " to " + entries.get(last).name() + " do not touch.");
    }
    Tensor tensor = Tensor.of(memory.asSlice(start.offsetBytes(), contents), version, start.type(), shape);
    if (tensor.segment().byteSize() != contents) {
      throw new IllegalArgumentException(tensor + " does not cover " + start.name() + " to " + entries.get(last).name() + ".");
    }
    return tensor;
  }

  /** A tensor of no elements, for a place that a plan leaves open. */
  public Tensor empty(ElementType type) {
    return Tensor.of(memory, type, 0, 0);
  }

  public long bytes() {
    return memory.byteSize();
  }

  /**
   * Keeps the memory in place until {@link #leave}: {@link #close} waits for it. Never waits itself: once closing has begun, it refuses,
   * also who is inside already.
   *
   * @return a stamp for {@link #leave}, which any thread may give
   * @throws IllegalStateException if the slab was closed
   */
  public long enter() {
    long stamp = uses.tryReadLock();
    if (stamp == 0) {
      throw closed();
    }
    if (closing) {
      uses.unlockRead(stamp);
      throw closed();
    }
    return stamp;
  }

  private static IllegalStateException closed() {
    return new IllegalStateException("The model was closed.");
  }

  /** Ends one {@link #enter}. */
  public void leave(long stamp) {
    uses.unlockRead(stamp);
  }

  /**
   * Checks the guard words around every tensor; without guards it does nothing.
   *
   * @throws IllegalStateException naming the place of the first stray write
   */
  public void checkGuards() {
    if (guarded) {
      forEachGap(
          (from, to, before) -> {
            long offset = GuardWords.firstDamage(memory, from, to);
            if (offset >= 0) {
              throw new IllegalStateException("A stray write " + (offset - from) + " bytes into the guard after " + before + ".");
            }
          });
    }
  }

  private interface Gap {
    void accept(long from, long to, String before);
  }

  private void forEachGap(Gap gap) {
    long end = 0;
    String before = "the start";
    for (SlabLayout.Entry entry : entries) {
      gap.accept(end, entry.offsetBytes(), before);
      end = entry.offsetBytes() + entry.bytes();
      before = entry.name();
    }
    gap.accept(end, memory.byteSize(), before);
  }

  /** Frees the memory once no one is between {@link #enter} and {@link #leave}. Closing twice does nothing. */
  @Override
  public void close() {
    closing = true;
    long stamp = uses.writeLock();
    try {
      if (arena.scope().isAlive()) {
        arena.close();
      }
    } finally {
      uses.unlockWrite(stamp);
    }
  }
}
