package dev.minnow.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.minnow.kernel.JavaProcess;
import dev.minnow.kernel.Kernel;
import dev.minnow.kernel.KernelChoice;
import dev.minnow.kernel.WeightUse;
import dev.minnow.kernel.lane.Lanes;
import dev.minnow.kernel.lane.VectorCode;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What other machines have: narrower vectors, and no machine code, as on Windows and on other processors than x86. */
class SelfTestTest {
  /** Run in a process of its own. */
  static final class Differences {
    private Differences() {}

    public static void main(String[] arguments) {
      try (Kernel kernel = KernelChoice.of(arguments[0]).open(WeightUse.TRAINING, 2)) {
        System.out.print(Lanes.FLOATS.vectorBitSize() + " " + (VectorCode.set() != null) + " " + SelfTest.largestDifference(kernel));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"128, false", "256, false", "256, true", "512, false"})
  void vectorsOfEveryWidthDoWhatTheScalarKernelDoesAlsoWithoutMachineCode(int bits, boolean machineCode, @TempDir Path folder)
      throws Exception {
    assumeTrue(bits <= Lanes.FLOATS.vectorBitSize(), "vectors here are narrower");
    assumeTrue(!machineCode || VectorCode.set() != null, "the system allows no machine code here, or the processor has it not");
    List<String> flags = List.of("-Dminnow.vectorBits=" + bits, "-Dminnow.machineCode=" + machineCode);
    String printed = JavaProcess.run(folder, flags, Differences.class, "vector");
    String start = bits + " " + machineCode + " ";
    assertTrue(printed.startsWith(start), printed);
    assertEquals(0, Double.parseDouble(printed.substring(start.length())), 1e-4);
  }
}
