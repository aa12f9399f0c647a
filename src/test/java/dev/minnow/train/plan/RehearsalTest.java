package dev.minnow.train.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.minnow.kernel.Kernel;
import dev.minnow.kernel.KernelChoice;
import dev.minnow.kernel.WeightUse;
import dev.minnow.tokenizer.Tokenizer;
import dev.minnow.train.Preset;
import dev.minnow.train.RunOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class RehearsalTest {
  @Test
  void bitsThatFallBySharesAreFollowed() {
    Rehearsed rehearsed = new Rehearsed(400, 3, 2.4);
    assertEquals(2.4, rehearsed.extrapolated(400), 1e-12);
    assertEquals(2.4 * 0.8, rehearsed.extrapolated(1600), 1e-12);
    assertEquals(2.4 * 0.8 * 0.8, rehearsed.extrapolated(6400), 1e-12);
  }

  @Test
  void rehearsalsCountTheLessTheFurtherTheyAreFromTheRun() {
    Rehearsed rehearsed = new Rehearsed(400, 3, 2.4);
    assertEquals(1, rehearsed.correction(2.4 * 0.8, 1600), 1e-12);
    double near = rehearsed.correction(2.5, 1600);
    double variance = Math.pow(Rehearsed.ERROR, 2);
    double lawVariance = Math.pow(ScalingLaw.UNFAMILIAR_ERROR, 2);
    assertEquals(Math.pow(2.4 * 0.8 / 2.5, lawVariance / (lawVariance + variance)), near, 1e-12);
    assertEquals(
        Math.pow(2.4 * 0.64 / 2.5, lawVariance / (lawVariance + 4 * variance)), rehearsed.correction(2.5, 6400), 1e-12);
    assertEquals(2.4 / 2.5, rehearsed.correction(2.5, 400), 1e-12);
  }

  @Test
  void aQuarterIsRehearsedWhereItIsLongEnoughAndNotTooLong() {
    assertEquals(OptionalLong.of(2000), Rehearsal.steps(8000, 1024, 0.01));
    assertEquals(OptionalLong.of(336), Rehearsal.steps(1344, 1024, 0.01));
    assertEquals(OptionalLong.empty(), Rehearsal.steps(1324, 1024, 0.01));
    assertEquals(OptionalLong.of(168), Rehearsal.steps(672, 2048, 0.01));
    assertEquals(OptionalLong.of(3200), Rehearsal.steps(16000, 1024, 0.01));
    assertEquals(OptionalLong.of(3200), Rehearsal.steps(51_200, 1024, 0.01));
    assertEquals(OptionalLong.empty(), Rehearsal.steps(60_000, 1024, 0.01));
    assertEquals(OptionalLong.empty(), Rehearsal.steps(4000, 1024, 0.1));
  }

  /** Each corpus is expected by a law that was fitted to the others, and by its rehearsals. */
  @Test
  void fittedRunsAreAsFarOffAsIsSaid() {
    List<Double> alone = new ArrayList<>();
    List<Double> together = new ArrayList<>();
    LeftOutCorpora.forEach((law, run) -> run.rehearsed().ifPresent(rehearsed -> {
      double ofLaw = law.bitsPerByte(run.observation().setting());
      alone.add(Math.log(rehearsed.extrapolated(run.steps()) / run.bitsPerByte()));
      together.add(Math.log(ofLaw * rehearsed.correction(ofLaw, run.steps()) / run.bitsPerByte()));
    }));
    assertTrue(alone.size() >= 30, alone.size() + " runs");
    assertEquals(Rehearsed.ERROR, LeftOutCorpora.rootMeanSquare(alone), 0.002);
    assertEquals(Rehearsed.ERROR_WITH_LAW, LeftOutCorpora.rootMeanSquare(together), 0.002);
  }

  @Test
  void theModelIsTrainedForBothNumbersOfSteps() throws IOException {
    Tokenizer bytes = Tokenizer.bytes();
    List<int[]> text = new ArrayList<>();
    for (int line = 0; line < 200; line++) {
      text.add(bytes.encode(("line " + line + " of a text that repeats itself\n").getBytes(StandardCharsets.UTF_8)));
    }
    Map<String, Object> given =
        Map.of("corpus", List.of(), "vocab-size", 256, "layers", 1, "heads", 1, "width", 32, "context", 32, "batch", 4);
    try (Kernel kernel = KernelChoice.VECTOR.open(WeightUse.TRAINING, 1)) {
      Rehearsal rehearsal = Rehearsal.of(kernel);
      RunOptions options = RunOptions.create(Preset.TINY, given);
      Rehearsed longer = rehearsal.run(options, 80, bytes, text, text);
      Rehearsed shorter = rehearsal.run(options, 20, bytes, text, text);
      assertEquals(80, longer.steps());
      assertEquals(shorter.bitsPerByte(), longer.shorterBitsPerByte());
      assertTrue(longer.bitsPerByte() < 0.9 * longer.shorterBitsPerByte(), longer.toString());
      assertTrue(longer.shorterBitsPerByte() < 8, longer.toString());
    }
  }
}
