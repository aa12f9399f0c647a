package dev.minnow.kernel.code;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the processor says that it has, which counts where its model number is hidden, and which of its registers the system saves: asked
 * once, by machine code. Where there can be none it has nothing.
 */
public final class Cpuid {
  /** A register's bit that says that the processor has a feature: CPUID of a leaf and subleaf. */
  public enum Feature {
    FMA(1, 0, Word.ECX, 12, "FMA3"),
    OSXSAVE(1, 0, Word.ECX, 27, "XGETBV"),
    AVX2(7, 0, Word.EBX, 5, "AVX2"),
    AVX512F(7, 0, Word.EBX, 16, "AVX512F"),
    AVX512BW(7, 0, Word.EBX, 30, "AVX512BW"),
    AMX_BF16(7, 0, Word.EDX, 22, "AMX-BF16"),
    AMX_TILE(7, 0, Word.EDX, 24, "AMX-TILE"),
    AVX512_BF16(7, 1, Word.EAX, 5, "AVX512_BF16");

    private final int leaf;
    private final int subleaf;
    private final Word word;
    private final int bit;

    /** The manual's name. */
    public final String label;

    Feature(int leaf, int subleaf, Word word, int bit, String label) {
      this.leaf = leaf;
      this.subleaf = subleaf;
      this.word = word;
      this.bit = bit;
      this.label = label;
    }
  }

  /** The registers that CPUID leaves, 8 bytes each where the functions in machine code store them. */
  private enum Word {
    EAX, EBX, ECX, EDX;

    int offset() {
      return ordinal() * Long.BYTES;
    }
  }

  private static final Set<Feature> FEATURES = EnumSet.noneOf(Feature.class);
  private static final @Nullable String OBSTACLE;
  private static final boolean REFUSED;

  /** A bit for each component of the processor's state that the system saves. */
  private static long saved;

  static {
    String obstacle = MachineCode.obstacle();
    boolean refused = false;
    if (obstacle == null) {
      try (Arena arena = Arena.ofConfined()) {
        ask(arena.allocate((long) Word.values().length * Long.BYTES, Long.BYTES));
      } catch (IllegalStateException e) {
        obstacle = String.valueOf(e.getMessage());
        refused = true;
      }
    }
    OBSTACLE = obstacle;
    REFUSED = refused;
  }

  private Cpuid() {}

  /** Why the processor could not be asked, as the end of a sentence, or null. */
  public static @Nullable String obstacle() {
    return OBSTACLE;
  }

  /** Whether that is because the system, which might, gives this process no memory for machine code. */
  public static boolean isRefused() {
    return REFUSED;
  }

  public static boolean has(Feature feature) {
    return FEATURES.contains(feature);
  }

  /** Whether the system saves a component of the processor's state, numbered as XSAVE does. */
  public static boolean isSaved(int component) {
    return (saved >>> component & 1) != 0;
  }

  /** @param registers room for the registers, in which the functions also find what they are asked */
  private static void ask(MemorySegment registers) {
    Assembler assembler = new Assembler();
    int cpuid = writeCpuid(assembler);
    int xgetbv = writeXgetbv(assembler);
    MachineCode code = new MachineCode(assembler.toBytes());
    MethodHandle function = code.function(cpuid);
    int lastLeaf = ask(function, registers, 0, 0, Word.EAX);
    for (Feature feature : Feature.values()) {
      if (feature.leaf <= lastLeaf && (ask(function, registers, feature.leaf, feature.subleaf, feature.word) >>> feature.bit & 1) != 0) {
        FEATURES.add(feature);
      }
    }
    if (FEATURES.contains(Feature.OSXSAVE)) {
      saved = ask(code.function(xgetbv), registers, 0, 0, Word.EAX);
    }
  }

  private static int ask(MethodHandle function, MemorySegment registers, int leaf, int subleaf, Word word) {
    registers.set(ValueLayout.JAVA_LONG, Word.EAX.offset(), leaf);
    registers.set(ValueLayout.JAVA_LONG, Word.ECX.offset(), subleaf);
    MachineCode.call(function, registers.address());
    return registers.get(ValueLayout.JAVA_INT, word.offset());
  }

  /** Stores the four registers of CPUID for the leaf and subleaf that stand in the places of EAX and ECX. */
  private static int writeCpuid(Assembler a) {
    int entry = a.position();
    a.movLoad(Register.RAX, Register.RDI, Word.EAX.offset());
    a.movLoad(Register.RCX, Register.RDI, Word.ECX.offset());
    a.push(Register.RBX);
    a.cpuid();
    a.movStore(Register.RDI, Word.EAX.offset(), Register.RAX);
    a.movStore(Register.RDI, Word.EBX.offset(), Register.RBX);
    a.movStore(Register.RDI, Word.ECX.offset(), Register.RCX);
    a.movStore(Register.RDI, Word.EDX.offset(), Register.RDX);
    a.pop(Register.RBX);
    a.ret();
    return entry;
  }

  /** Stores the lower half of the extended control register whose number stands in the place of ECX. */
  private static int writeXgetbv(Assembler a) {
    int entry = a.position();
    a.movLoad(Register.RCX, Register.RDI, Word.ECX.offset());
    a.xgetbv();
    a.movStore(Register.RDI, Word.EAX.offset(), Register.RAX);
    a.ret();
    return entry;
  }
}
