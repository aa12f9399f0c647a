package dev.minnow.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.minnow.kernel.lane.Lanes;
import dev.minnow.kernel.lane.VectorCode;
import dev.minnow.kernel.product.Panels;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Classes that are asked first in a process are initialised first, and must not find what others come to less ready for it. */
class InstructionSetTest {
  /** Run in a process of its own. */
  static final class Start {
    private Start() {}

    public static void main(String[] arguments) throws ClassNotFoundException {
      Class.forName("dev.minnow.kernel." + arguments[0]);
      System.out.print(VectorCode.set() + ", panels " + Panels.areHere());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {
      "bfloat.BfloatSupport", "bfloat.TileProduct", "code.Cpuid", "attention.PanelProduct", "product.LeftPanel", "product.RegisterTile",
      "product.Tile12",
      "lane.VectorCode"})
  void whateverIsAskedFirstTheSetIsTheSame(String first, @TempDir Path folder) throws Exception {
    List<String> flags =
        List.of(
            "-Dminnow.vectorBits=" + Lanes.FLOATS.vectorBitSize(),
            "-Dminnow.machineCode=" + System.getProperty("minnow.machineCode", "true"));
    assertEquals(VectorCode.set() + ", panels " + Panels.areHere(), JavaProcess.run(folder, flags, Start.class, first));
  }
}
