package dev.minnow.train.run;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.minnow.kernel.Kernel;
import dev.minnow.kernel.KernelChoice;
import dev.minnow.kernel.WeightUse;
import dev.minnow.train.Preset;
import dev.minnow.train.option.RunOptions;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.parallel.Isolated;

@Isolated
class TrainingBenchmarkTest {
  @Test
  @EnabledOnOs(OS.LINUX)
  void whatCannotBeTrainedLeavesNoTokensBehind() throws IOException {
    RunOptions options =
        RunOptions.create(
            Preset.NANO, Map.of("corpus", List.of(), "layers", 1, "heads", 1, "width", 8, "context", 4, "vocab-size", 300, "batch", 2));
    try (Kernel kernel = KernelChoice.SCALAR.open(WeightUse.TRAINING, 1)) {
      Kernel withoutWeights =
          (Kernel) Proxy.newProxyInstance(Kernel.class.getClassLoader(), new Class<?>[] {Kernel.class}, (proxy, method, arguments) -> {
            if (method.getName().equals("weights")) {
              throw new OutOfMemoryError("There is none.");
            }
            return method.invoke(kernel, arguments);
          });
      assertThrows(OutOfMemoryError.class, () -> new TrainingBenchmark(withoutWeights, options));
    }
    String mapped = Files.readString(Path.of("/proc/self/maps"));
    assertFalse(mapped.contains("minnow-bench"), mapped);
  }
}
