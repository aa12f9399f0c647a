package dev.minnow.kernel;

import dev.minnow.kernel.bfloat.BfloatKernel;
import dev.minnow.kernel.bfloat.BfloatSupport;
import dev.minnow.kernel.block.MatrixUnit;
import dev.minnow.kernel.scalar.ScalarKernel;
import dev.minnow.kernel.vector.VectorKernel;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The kernels that every test of an operation runs with. JUnit closes them. */
public final class KernelsUnderTest {
  private KernelsUnderTest() {}

  /** How to make each of the fast kernels that can run here, by its number of threads. */
  static List<IntFunction<Kernel>> makers() {
    List<IntFunction<Kernel>> makers = new ArrayList<>();
    makers.add(VectorKernel::new);
    for (MatrixUnit unit : MatrixUnit.values()) {
      String obstacle = obstacle(unit);
      if (obstacle == null) {
        makers.add(threads -> new BfloatKernel(unit, threads));
      } else {
        System.out.println("The " + unit.kernelName + " kernel is not tested: " + obstacle + ".");
      }
    }
    return makers;
  }

  /** Why a unit cannot be tested here, as the end of a sentence, or null. */
  public static @Nullable String obstacle(MatrixUnit unit) {
    return unit == MatrixUnit.TILES ? EmulatedTiles.obstacle() : BfloatSupport.obstacle(unit);
  }

  static Stream<Kernel> all() {
    return Stream.concat(Stream.of(new ScalarKernel()), fast());
  }

  /** The kernel of that name, one that {@link #makers} makes. */
  static Kernel open(String name, int threads) {
    for (MatrixUnit unit : MatrixUnit.values()) {
      if (unit.kernelName.equals(name) && obstacle(unit) == null) {
        return new BfloatKernel(unit, threads);
      }
    }
    return KernelChoice.of(name).open(WeightUse.TRAINING, threads);
  }

  /** Those that are held against the scalar one. */
  static Stream<Kernel> fast() {
    return makers().stream().flatMap(maker -> Stream.of(maker.apply(1), maker.apply(3)));
  }
}
