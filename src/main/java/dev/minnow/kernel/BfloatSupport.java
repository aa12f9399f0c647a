package dev.minnow.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whether this machine can run the kernels of a {@link MatrixUnit}: by the processor's feature bits, which is what counts where its model
 * number is hidden; by a processor state that the system saves; and by its permission to use tiles.
 */
final class BfloatSupport {
  /** The tiles' data, component 18 of the state that XSAVE saves; 17 is their configuration. */
  private static final int TILE_DATA = 18;

  private static final int TILE_CONFIGURATION = 17;

  /** Components of AVX-512: masks and both parts of the vectors. */
  private static final int[] VECTOR_STATE = {5, 6, 7};

  /** A register's bit that says that the processor has a feature: CPUID of a leaf and subleaf. */
  private enum Feature {
    OSXSAVE(1, 0, Word.ECX, 27, "XGETBV"),
    AVX512F(7, 0, Word.EBX, 16, "AVX512F"),
    AVX512BW(7, 0, Word.EBX, 30, "AVX512BW"),
    AMX_BF16(7, 0, Word.EDX, 22, "AMX-BF16"),
    AMX_TILE(7, 0, Word.EDX, 24, "AMX-TILE"),
    AVX512_BF16(7, 1, Word.EAX, 5, "AVX512_BF16");

    private final int leaf;
    private final int subleaf;
    private final Word word;
    private final int bit;
    private final String name;

    Feature(int leaf, int subleaf, Word word, int bit, String name) {
      this.leaf = leaf;
      this.subleaf = subleaf;
      this.word = word;
      this.bit = bit;
      this.name = name;
    }
  }

  /** The registers that CPUID leaves, in the order that the function in machine code stores them. */
  private enum Word {
    EAX, EBX, ECX, EDX
  }

  private static final Set<Feature> PAIRS_FEATURES =
      EnumSet.of(Feature.OSXSAVE, Feature.AVX512F, Feature.AVX512BW, Feature.AVX512_BF16);

  /** What is missing for a unit, the permission to use tiles apart. */
  private static final Map<MatrixUnit, String> MISSING = missing();

  /** The system is asked when this is first read, which only tiles need. */
  private static final class Permission {
    static final boolean GIVEN = MachineCode.requestState(TILE_DATA);
  }

  private BfloatSupport() {}

  /** Why the unit's kernel cannot run here, as the end of a sentence, or null. */
  static @Nullable String obstacle(MatrixUnit unit) {
    String missing = MISSING.get(unit);
    if (missing != null || unit == MatrixUnit.PAIRS || Permission.GIVEN) {
      return missing;
    }
    return "the system does not allow this process to use tiles";
  }

  private static Map<MatrixUnit, String> missing() {
    String system = MachineCode.obstacle();
    if (system != null) {
      return Map.of(MatrixUnit.TILES, system, MatrixUnit.PAIRS, system);
    }
    try (Arena arena = Arena.ofConfined()) {
      return missing(arena.allocate(4 * Long.BYTES, Long.BYTES));
    } catch (IllegalStateException e) {
      String refused = String.valueOf(e.getMessage());
      return Map.of(MatrixUnit.TILES, refused, MatrixUnit.PAIRS, refused);
    }
  }

  private static Map<MatrixUnit, String> missing(MemorySegment registers) {
    Assembler assembler = new Assembler();
    int cpuid = writeCpuid(assembler);
    int xgetbv = writeXgetbv(assembler);
    MachineCode code = new MachineCode(assembler.toBytes());
    MethodHandle cpuidFunction = code.functionOfLongs(cpuid);
    Map<MatrixUnit, String> missing = new EnumMap<>(MatrixUnit.class);
    for (Feature feature : Feature.values()) {
      MachineCode.call(cpuidFunction, 0, 0, registers.address());
      boolean hasLeaf = registers.get(ValueLayout.JAVA_INT, 0) >= feature.leaf;
      MachineCode.call(cpuidFunction, feature.leaf, feature.subleaf, registers.address());
      long word = registers.get(ValueLayout.JAVA_INT, (long) feature.word.ordinal() * Long.BYTES);
      if (!hasLeaf || (word >>> feature.bit & 1) == 0) {
        missing.putIfAbsent(MatrixUnit.TILES, "the processor has no " + feature.name);
        if (PAIRS_FEATURES.contains(feature)) {
          missing.putIfAbsent(MatrixUnit.PAIRS, "the processor has no " + feature.name);
        }
      }
    }
    if (missing.containsKey(MatrixUnit.PAIRS)) {
      return missing;
    }
    MachineCode.call(code.functionOfLongs(xgetbv), 0, 0, registers.address());
    long state = registers.get(ValueLayout.JAVA_INT, 0);
    for (int component : VECTOR_STATE) {
      if ((state >>> component & 1) == 0) {
        missing.putIfAbsent(MatrixUnit.TILES, "the system does not save the registers of AVX-512");
        missing.putIfAbsent(MatrixUnit.PAIRS, "the system does not save the registers of AVX-512");
      }
    }
    if ((state >>> TILE_CONFIGURATION & 1) == 0 || (state >>> TILE_DATA & 1) == 0) {
      missing.putIfAbsent(MatrixUnit.TILES, "the system does not save tiles");
    }
    return missing;
  }

  /** Stores the four registers of CPUID for the leaf and subleaf in the first two arguments, 8 bytes each, at the third. */
  private static int writeCpuid(Assembler a) {
    int entry = a.position();
    a.mov(Register.R8, Register.RDX);
    a.mov(Register.RAX, Register.RDI);
    a.mov(Register.RCX, Register.RSI);
    a.push(Register.RBX);
    a.cpuid();
    a.movStore(Register.R8, 0, Register.RAX);
    a.movStore(Register.R8, 8, Register.RBX);
    a.movStore(Register.R8, 16, Register.RCX);
    a.movStore(Register.R8, 24, Register.RDX);
    a.pop(Register.RBX);
    a.ret();
    return entry;
  }

  /** Stores the lower half of the extended control register in the first argument at the third. */
  private static int writeXgetbv(Assembler a) {
    int entry = a.position();
    a.mov(Register.R8, Register.RDX);
    a.mov(Register.RCX, Register.RDI);
    a.xgetbv();
    a.movStore(Register.R8, 0, Register.RAX);
    a.ret();
    return entry;
  }
}
