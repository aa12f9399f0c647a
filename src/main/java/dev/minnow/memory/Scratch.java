package dev.minnow.memory;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Cleaner;
import org.jspecify.annotations.Nullable;

/**
 * Off-heap memory that one user at a time writes and reads within one task. It grows to the most that was asked for and is freed by
 * {@link #free}, or by the collector when no one refers to the scratch any more. Its contents are whatever was there.
 */
public final class Scratch {
  private static final Cleaner CLEANER = Cleaner.create();

  private @Nullable MemorySegment memory;

  /** Frees {@link #memory}; refers to nothing but its arena, so that the collector can find the scratch forgotten. */
  private Cleaner.@Nullable Cleanable freeing;

  /** Address of at least {@code bytes} bytes, at a multiple of 64; valid until the next call. */
  public long address(long bytes) {
    MemorySegment current = memory;
    if (current == null || current.byteSize() < bytes + 2 * GuardWords.BYTES) {
      free();
      Arena arena = Arena.ofShared();
      current = NativePages.allocate(bytes + 2 * GuardWords.BYTES, arena);
      freeing = CLEANER.register(this, arena::close);
      GuardWords.fill(current, 0, GuardWords.BYTES);
      GuardWords.fill(current, current.byteSize() - GuardWords.BYTES, current.byteSize());
      memory = current;
    }
    return current.address() + GuardWords.BYTES;
  }

  /** Frees the memory at once, whose addresses are not to be used any more. The next call of {@link #address} takes new memory. */
  public void free() {
    memory = null;
    if (freeing != null) {
      freeing.clean();
      freeing = null;
    }
  }

  /** Bytes held. */
  public long bytes() {
    return memory == null ? 0 : memory.byteSize();
  }

  /**
   * Checks the guard words at both ends.
   *
   * @throws IllegalStateException naming the first end that was written to
   */
  public void checkGuards() {
    if (memory == null) {
      return;
    }
    long end = memory.byteSize();
    if (GuardWords.firstDamage(memory, 0, GuardWords.BYTES) >= 0 || GuardWords.firstDamage(memory, end - GuardWords.BYTES, end) >= 0) {
      throw new IllegalStateException("A stray write beyond a scratch of " + (end - 2 * GuardWords.BYTES) + " bytes.");
    }
  }
}
