package dev.minnow.train.plan;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.minnow.kernel.Kernel;
import dev.minnow.kernel.KernelChoice;
import dev.minnow.kernel.WeightUse;
import dev.minnow.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class TrialRunTest {
  @Test
  @EnabledOnOs(OS.LINUX)
  void heldOutTextThatCannotBeWrittenLeavesNoTrainingTextOpen(@TempDir Path folder) throws IOException {
    List<int[]> text = List.of(new int[] {1, 2, 3});
    List<int[]> outsideOfTheVocabulary = List.of(new int[] {1_000_000});
    try (Kernel kernel = KernelChoice.SCALAR.open(WeightUse.TRAINING, 1)) {
      assertThrows(
          RuntimeException.class, () -> new TrialRun(kernel, folder, Tokenizer.bytes(), text, outsideOfTheVocabulary));
    }
    String mapped = Files.readString(Path.of("/proc/self/maps"));
    assertFalse(mapped.contains(folder.resolve("training").toString()), mapped);
  }
}
