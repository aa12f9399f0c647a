package dev.minnow.train.option;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.minnow.kernel.KernelChoice;
import dev.minnow.train.Preset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OptionAgreementTest {
  private static final Map<String, Object> CORPUS = Map.of("corpus", List.of("a.txt"));

  private static final RunOptions FOLDS =
      RunOptions.create(Preset.NANO, Map.of("corpus", List.of("a.txt"), "folds", 3, "save-every", 7)).withSteps(100);

  @Test
  void aResumedRunKeepsItsOptionsAndMayChangeItsSteps() {
    RunOptions stored = RunOptions.stored(RunOptions.create(Preset.NANO, CORPUS).withSteps(20).toJson());
    RunOptions resumed = stored.resumedWith(Map.of("steps", 40, "batch", 12, "lr", 1e-3, "corpus", List.of("a.txt")));
    assertEquals(40, resumed.steps());
    assertEquals(12, resumed.withSteps(40).training().batch());
  }

  @Test
  void aResumedRunRefusesOptionsThatDoNotAgree() {
    RunOptions stored = RunOptions.stored(RunOptions.create(Preset.NANO, CORPUS).withSteps(20).toJson());
    IllegalArgumentException refused = assertThrows(IllegalArgumentException.class, () -> stored.resumedWith(Map.of("batch", 13)));
    assertTrue(refused.getMessage().contains("--batch 13") && refused.getMessage().contains("12"), refused.getMessage());
  }

  @Test
  void aPresetMayBeRepeatedForARunOfItsSize() {
    RunOptions stored = RunOptions.stored(RunOptions.create(Preset.NANO, CORPUS).withSteps(20).toJson());
    assertEquals(stored, stored.ofPreset(Preset.NANO, Set.of()));
    assertEquals(stored, stored.ofPreset(null, Set.of()));
    assertThrows(IllegalArgumentException.class, () -> stored.ofPreset(Preset.TINY, Set.of()));
    RunOptions wide = stored.with(Map.of("width", 256));
    assertEquals(wide, wide.ofPreset(Preset.NANO, Set.of("width")));
    assertThrows(IllegalArgumentException.class, () -> wide.ofPreset(Preset.NANO, Set.of("heads")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"steps", "eval-every", "sample-every", "save-every", "patience", "keep"})
  void howLongARunIsAndWhatIsToldAndKeptOfItMayChange(String name) {
    RunOptions stored = RunOptions.stored(RunOptions.create(Preset.NANO, CORPUS).withSteps(20).toJson());
    RunOptions resumed = stored.resumedWith(Map.of(name, 19));
    assertEquals(19, resumed.toJson().path(name).intValue());
    assertEquals(Set.of(name), resumed.given());
  }

  @Test
  void aRunGoesOnWithTheKernelThatItHas() {
    RunOptions run = RunOptions.create(Preset.NANO, CORPUS);
    assertEquals(KernelChoice.SCALAR, run.kernelToGoOn(KernelChoice.SCALAR));
    RunOptions kept = run.withKernel("vector");
    assertEquals(KernelChoice.VECTOR, kept.kernelToGoOn(KernelChoice.AUTO));
    assertEquals(KernelChoice.VECTOR, kept.kernelToGoOn(KernelChoice.VECTOR));
    String message = assertThrows(IllegalArgumentException.class, () -> kept.kernelToGoOn(KernelChoice.SCALAR)).getMessage();
    assertTrue(message.startsWith("The kernel scalar does not agree with the run to resume, which has vector;"), message);
  }

  @Test
  void foldsHaveAllInCommonButTheirNumberAndWhatMayChange() {
    RunOptions first = FOLDS.withFold(1).withKernel("vector").withText(new TrainingText(9, 8), Optional.empty());
    assertTrue(FOLDS.withFold(2).isFoldOf(first));
    assertTrue(FOLDS.with(Map.of("steps", 9, "save-every", 8, "keep", 7)).isFoldOf(first));
    assertTrue(FOLDS.with(Map.of("dropout", 0, "layers", 4.0)).isFoldOf(first), "however numbers are written");
    assertFalse(FOLDS.with(Map.of("folds", 4)).isFoldOf(first));
    assertFalse(FOLDS.with(Map.of("lr", 1e-5)).isFoldOf(first));
    assertFalse(FOLDS.withReplaced(1).isFoldOf(first));
    assertTrue(FOLDS.withReplaced(1).isFoldOf(FOLDS.withReplaced(1).withFold(3)));
    assertFalse(RunOptions.create(Preset.TINY, CORPUS).isFoldOf(first));
  }

  @Test
  void anotherFoldBeginsWithTheOptionsAlone() {
    RunOptions first = FOLDS.withFold(1).withKernel("vector").withText(new TrainingText(9, 8), Optional.empty());
    assertEquals(FOLDS.withFold(2).toJson(), first.withFold(2).toJson());
    assertEquals(2, first.withFold(2).setup().fold());
    assertTrue(first.withFold(2).toJson().path("spread").path("eval-every").booleanValue());
  }

  @Test
  void aResumedFoldTakesFromTheOthersWhatDoesNotFollowItsSteps() {
    assertEquals(Set.of("steps", "save-every", "patience", "keep"), FOLDS.forOtherFolds().keySet());
    RunOptions longer = FOLDS.withSteps(200);
    RunOptions resumed = RunOptions.stored(FOLDS.withFold(2).toJson()).resumedWith(longer.forOtherFolds());
    assertEquals(200, resumed.steps());
    assertEquals(20, resumed.training().evalEvery());
    assertEquals(7, resumed.training().saveEvery());
  }
}
