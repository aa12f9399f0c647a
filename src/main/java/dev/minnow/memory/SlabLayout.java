package dev.minnow.memory;

import java.util.ArrayList;
import java.util.List;

/**
 * Where each tensor of a slab lies. Tensors start at multiples of 64 bytes, except one that is added with {@link #addAdjacent}: it
 * follows the one before without a gap, so that both can be read as one. With {@link GuardWords} on, a guard stands before, between
 * and after the tensors.
 */
public final class SlabLayout {
  static final long ALIGNMENT_BYTES = 64;

  record Entry(String name, ElementType type, long[] shape, long offsetBytes, long bytes) {}

  private final List<Entry> entries = new ArrayList<>();
  private final boolean guarded;
  private long end;

  public SlabLayout() {
    this(GuardWords.enabled());
  }

  SlabLayout(boolean guarded) {
    this.guarded = guarded;
    this.end = guarded ? GuardWords.BYTES : 0;
  }

  /** Adds a tensor at the next multiple of 64 bytes and returns its index. */
  public int add(String name, ElementType type, long... shape) {
    if (guarded && !entries.isEmpty()) {
      end = align(end) + GuardWords.BYTES;
    }
    return append(name, type, shape, align(end));
  }

  /** Adds a tensor directly after the one before and returns its index. */
  public int addAdjacent(String name, ElementType type, long... shape) {
    return append(name, type, shape, end);
  }

  private int append(String name, ElementType type, long[] shape, long offsetBytes) {
    long bytes = type.bytes(shape);
    entries.add(new Entry(name, type, shape.clone(), offsetBytes, bytes));
    end = Math.addExact(offsetBytes, bytes);
    return entries.size() - 1;
  }

  /** Bytes that a slab of this layout takes. */
  public long bytes() {
    return align(end) + (guarded ? GuardWords.BYTES : 0);
  }

  /** A new zeroed slab of this layout; the layout can serve for more. */
  public Slab allocate() {
    return new Slab(bytes(), List.copyOf(entries), guarded);
  }

  private static long align(long offset) {
    return Math.addExact(offset, ALIGNMENT_BYTES - 1) & -ALIGNMENT_BYTES;
  }
}
