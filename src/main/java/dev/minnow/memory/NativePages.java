package dev.minnow.memory;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.OptionalLong;

/**
 * Zeroed pages straight from the operating system. On Linux they come from {@code mmap} and ask for huge pages before the first touch:
 * {@link Arena#allocate} would touch every page first, on one thread, and in small pages.
 */
public final class NativePages {
  /** Size of a huge page on x86-64 and on AArch64 with 4 KiB pages; smaller slabs gain nothing from them. */
  private static final long HUGE_PAGE_BYTES = 2L << 20;

  private static final int PROT_READ_WRITE = 3;
  private static final int MAP_PRIVATE_ANONYMOUS = 0x22;
  private static final int MADV_HUGEPAGE = 14;

  private NativePages() {}

  /** {@code bytes} zeroed bytes, 64-byte aligned or better, freed when {@code arena} closes. */
  static MemorySegment allocate(long bytes, Arena arena) {
    if (bytes < HUGE_PAGE_BYTES || !areAllowed() || !System.getProperty("os.name").equals("Linux")) {
      return arena.allocate(bytes, 64);
    }
    return Linux.allocate(bytes, arena);
  }

  /**
   * Maps zeroed pages that can be read and written, on Linux alone; who maps them unmaps them.
   *
   * @return their address, nothing if the system refuses them
   */
  public static OptionalLong map(long bytes) {
    return Linux.map(bytes);
  }

  /** Gives back what {@link #map} mapped, all {@code bytes} from this address on. */
  public static void unmap(long address, long bytes) {
    Linux.unmap(address, bytes);
  }

  /** Whether the JVM lets Minnow at memory beyond what it gives itself. */
  public static boolean areAllowed() {
    return Access.ALLOWED;
  }

  private static final class Access {
    static final boolean ALLOWED = isAllowed();

    private static boolean isAllowed() {
      try {
        return MemorySegment.NULL.reinterpret(1).byteSize() == 1;
      } catch (IllegalCallerException e) {
        return false;
      }
    }
  }

  private static final class Linux {
    private static final Linker LINKER = Linker.nativeLinker();
    private static final MethodHandle MMAP =
        function(
            "mmap",
            FunctionDescriptor.of(
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_LONG));
    private static final MethodHandle MUNMAP =
        function("munmap", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG));
    private static final MethodHandle MADVISE =
        function(
            "madvise",
            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT));

    private static MethodHandle function(String name, FunctionDescriptor descriptor) {
      return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), descriptor);
    }

    static MemorySegment allocate(long bytes, Arena arena) {
      long mappedBytes = Math.addExact(bytes, HUGE_PAGE_BYTES);
      long address =
          map(mappedBytes).orElseThrow(() -> new OutOfMemoryError("The system refused " + (mappedBytes >> 20) + " MiB of memory."));
      long aligned = (address + HUGE_PAGE_BYTES - 1) & -HUGE_PAGE_BYTES;
      adviseHugePages(aligned, bytes);
      return MemorySegment.ofAddress(aligned).reinterpret(bytes, arena, segment -> unmap(address, mappedBytes));
    }

    /** Advice only: where huge pages are switched off the call fails and small pages serve. */
    private static void adviseHugePages(long address, long bytes) {
      try {
        int ignored = (int) MADVISE.invokeExact(address, bytes, MADV_HUGEPAGE);
      } catch (RuntimeException | Error e) {
        throw e;
      } catch (Throwable e) {
        throw new AssertionError(e);
      }
    }

    static OptionalLong map(long bytes) {
      try {
        long address = (long) MMAP.invokeExact(0L, bytes, PROT_READ_WRITE, MAP_PRIVATE_ANONYMOUS, -1, 0L);
        return address == -1 ? OptionalLong.empty() : OptionalLong.of(address);
      } catch (RuntimeException | Error e) {
        throw e;
      } catch (Throwable e) {
        throw new AssertionError(e);
      }
    }

    static void unmap(long address, long bytes) {
      try {
        int ignored = (int) MUNMAP.invokeExact(address, bytes);
      } catch (RuntimeException | Error e) {
        throw e;
      } catch (Throwable e) {
        throw new AssertionError(e);
      }
    }
  }
}
