package dev.minnow.kernel.code;

import dev.minnow.memory.NativePages;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Machine code in pages of its own, which stay for the life of the process. Linux on x86-64 only. Where the system refuses the pages each
 * function throws an {@link IllegalStateException} that says so: constants hold functions, and what is thrown while a class is initialized
 * reaches nobody as the sentence that it is.
 */
public final class MachineCode {
  private static final int PROT_READ_EXECUTE = 5;
  private static final long SYS_ARCH_PRCTL = 158;
  private static final long ARCH_REQ_XCOMP_PERM = 0x1023;

  private static final Linker LINKER = Linker.nativeLinker();
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;

  /** Empty where the system refuses them. */
  private final MemorySegment pages;

  /** Maps code. Its pages are never writable and executable at once. */
  public MachineCode(byte[] code) {
    pages = map(code);
  }

  private static MemorySegment map(byte[] code) {
    OptionalLong address = NativePages.map(code.length);
    if (address.isEmpty()) {
      return MemorySegment.NULL;
    }
    MemorySegment pages = MemorySegment.ofAddress(address.getAsLong()).reinterpret(code.length, Arena.global(), null);
    MemorySegment.copy(code, 0, pages, ValueLayout.JAVA_BYTE, 0, code.length);
    if (isMadeExecutable(pages.address(), code.length)) {
      return pages;
    }
    NativePages.unmap(pages.address(), code.length);
    return MemorySegment.NULL;
  }

  /** Whether the system refuses the pages. */
  public boolean isRefused() {
    return pages.byteSize() == 0;
  }

  /** Whether the system lets pages be executed, which are not writable then. */
  private static boolean isMadeExecutable(long address, long bytes) {
    try {
      MethodHandle protect =
          LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow("mprotect"), FunctionDescriptor.of(INT, LONG, LONG, INT));
      return (int) protect.invokeExact(address, bytes, PROT_READ_EXECUTE) == 0;
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  /**
   * Why this system takes no machine code, as the end of a sentence, or null; tests do without by the system property minnow.machineCode.
   */
  static @Nullable String obstacle() {
    if (!System.getProperty("os.name").equals("Linux") || !System.getProperty("os.arch").equals("amd64")) {
      return "it needs Linux on x86-64";
    }
    return Boolean.parseBoolean(System.getProperty("minnow.machineCode", "true")) ? null
        : "the system property minnow.machineCode forbids it";
  }

  /** A function that begins at this offset and takes one long: the address of its arguments where there are several. */
  public MethodHandle function(int offset) {
    return function(offset, FunctionDescriptor.ofVoid(LONG));
  }

  /** Calls a {@link #function(int)}. */
  public static void call(MethodHandle function, long argument) {
    try {
      function.invokeExact(argument);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      // Machine code throws nothing.
      throw new AssertionError(e);
    }
  }

  /**
   * A function that begins at this offset and takes three places in memory, Java arrays among them, and the address of its arguments.
   * Arrays stay where they are during a call, for which the collector waits: calls are short, some 100 microseconds at most.
   */
  public MethodHandle functionOfArrays(int offset) {
    return function(
        offset,
        FunctionDescriptor.ofVoid(ValueLayout.ADDRESS, ValueLayout.ADDRESS, ValueLayout.ADDRESS, LONG),
        Linker.Option.critical(true));
  }

  private MethodHandle function(int offset, FunctionDescriptor descriptor, Linker.Option... options) {
    if (isRefused()) {
      MethodHandle thrower =
          MethodHandles.throwException(void.class, IllegalStateException.class)
              .bindTo(new IllegalStateException("the system gives no executable memory for machine code"));
      return MethodHandles.dropArguments(thrower, 0, descriptor.toMethodType().parameterList());
    }
    return LINKER.downcallHandle(pages.asSlice(offset), descriptor, options);
  }

  /** Asks the kernel for a component of the processor's state, and says whether the process may use it now. */
  public static boolean requestState(int component) {
    try {
      MethodHandle syscall =
          LINKER.downcallHandle(
              LINKER.defaultLookup().findOrThrow("syscall"),
              FunctionDescriptor.of(LONG, LONG, LONG, LONG),
              Linker.Option.firstVariadicArg(1));
      return (long) syscall.invokeExact(SYS_ARCH_PRCTL, ARCH_REQ_XCOMP_PERM, (long) component) == 0;
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }
}
