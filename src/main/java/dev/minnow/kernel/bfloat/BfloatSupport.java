package dev.minnow.kernel.bfloat;

import dev.minnow.kernel.block.MatrixUnit;
import dev.minnow.kernel.code.Cpuid;
import dev.minnow.kernel.code.Cpuid.Feature;
import dev.minnow.kernel.code.MachineCode;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whether this machine can run the kernels of a {@link MatrixUnit}: by the processor's features, by a processor state that the system
 * saves, and by its permission to use tiles.
 */
public final class BfloatSupport {
  /** The tiles' data, component 18 of the state that XSAVE saves; 17 is their configuration. */
  private static final int TILE_DATA = 18;

  private static final int TILE_CONFIGURATION = 17;

  /** Components of AVX-512: masks and both parts of the vectors. */
  private static final int[] VECTOR_STATE = {5, 6, 7};

  private static final Set<Feature> PAIRS_FEATURES =
      EnumSet.of(Feature.OSXSAVE, Feature.AVX512F, Feature.AVX512BW, Feature.AVX512_BF16);

  private static final Set<Feature> TILES_FEATURES =
      EnumSet.of(Feature.OSXSAVE, Feature.AVX512F, Feature.AVX512BW, Feature.AMX_BF16, Feature.AMX_TILE, Feature.AVX512_BF16);

  /** The system is asked when this is first read, which only tiles need. */
  private static final class Permission {
    static final boolean GIVEN = MachineCode.requestState(TILE_DATA);
  }

  private BfloatSupport() {}

  /** Why the unit's kernel cannot run here, as the end of a sentence, or null. */
  public static @Nullable String obstacle(MatrixUnit unit) {
    if (Cpuid.obstacle() != null) {
      return Cpuid.obstacle();
    }
    for (Feature feature : features(unit)) {
      if (!Cpuid.has(feature)) {
        return "the processor has no " + feature.label;
      }
    }
    for (int component : VECTOR_STATE) {
      if (!Cpuid.isSaved(component)) {
        return "the system does not save the registers of AVX-512";
      }
    }
    return unit == MatrixUnit.PAIRS ? null : tilesObstacle();
  }

  /** Whether the processor has the unit, so that only the system can stand in the way. */
  public static boolean isInProcessor(MatrixUnit unit) {
    return features(unit).stream().allMatch(Cpuid::has);
  }

  private static Set<Feature> features(MatrixUnit unit) {
    return unit == MatrixUnit.PAIRS ? PAIRS_FEATURES : TILES_FEATURES;
  }

  private static @Nullable String tilesObstacle() {
    if (!Cpuid.isSaved(TILE_CONFIGURATION) || !Cpuid.isSaved(TILE_DATA)) {
      return "the system does not save tiles";
    }
    return Permission.GIVEN ? null : "the system does not allow this process to use tiles";
  }
}
