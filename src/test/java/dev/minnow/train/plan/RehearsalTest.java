package dev.minnow.train.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.minnow.kernel.Kernel;
import dev.minnow.kernel.KernelChoice;
import dev.minnow.kernel.WeightUse;
import dev.minnow.tokenizer.Tokenizer;
import dev.minnow.train.Preset;
import dev.minnow.train.option.RunOptions;
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
    assertEquals(2.4 * 0.8, rehearsed.extrapolated(1200), 1e-12);
    assertEquals(2.4 * 0.8 * 0.8, rehearsed.extrapolated(3600), 1e-12);
  }

  @Test
  void whatExpectsLessCountsMore() {
    Rehearsed rehearsed = new Rehearsed(400, 3, 2.4);
    double expected = 2.4 * 0.8;
    assertEquals(1, rehearsed.correction(expected, 1200), 1e-12);
    assertEquals(Math.pow(0.9, 0.75), rehearsed.correction(expected / 0.9, 1200), 1e-12);
    assertEquals(Math.pow(1.1, 0.25), rehearsed.correction(expected / 1.1, 1200), 1e-12);
  }

  @Test
  void rehearsalsCountTheLessTheFurtherTheyAreFromTheRun() {
    Rehearsed rehearsed = new Rehearsed(400, 3, 2.4);
    double expected = 2.4 * 0.8 * 0.8;
    assertEquals(Math.pow(0.9, 1 / (1 + 4.0 / 3)), rehearsed.correction(expected / 0.9, 3600), 1e-12);
    assertEquals(Math.pow(1.1, 1 / (1 + 4.0 * 3)), rehearsed.correction(expected / 1.1, 3600), 1e-12);
    assertEquals(2.4 / 2.5, rehearsed.correction(2.5, 400), 1e-12);
  }

  @Test
  void aThirdIsRehearsedWhereItIsLongEnoughAndNotTooLong() {
    assertEquals(OptionalLong.of(2000), Rehearsal.steps(6000, 1024, 0.01));
    assertEquals(OptionalLong.of(441), Rehearsal.steps(1323, 1024, 0.01));
    assertEquals(OptionalLong.empty(), Rehearsal.steps(1320, 1024, 0.01));
    assertEquals(OptionalLong.of(222), Rehearsal.steps(666, 2048, 0.01));
    assertEquals(OptionalLong.of(4500), Rehearsal.steps(18_000, 1024, 0.01));
    assertEquals(OptionalLong.of(4500), Rehearsal.steps(40_500, 1024, 0.01));
    assertEquals(OptionalLong.empty(), Rehearsal.steps(40_600, 1024, 0.01));
    assertEquals(OptionalLong.empty(), Rehearsal.steps(4000, 1024, 0.14));
  }

  /** Each corpus is expected by a law that was fitted to the others, and by its rehearsals. */
  @Test
  void fittedRunsAreAsFarOffAsIsSaid() {
    List<Double> ofTheLaw = new ArrayList<>();
    List<Double> together = new ArrayList<>();
    LeftOutCorpora.forEach((law, run) -> run.rehearsed().ifPresent(rehearsed -> {
      double ofLaw = law.bitsPerByte(run.observation().setting());
      ofTheLaw.add(Math.log(ofLaw / run.bitsPerByte()));
      together.add(Math.log(ofLaw * rehearsed.correction(ofLaw, run.steps()) / run.bitsPerByte()));
    }));
    assertTrue(together.size() >= 30, together.size() + " runs");
    assertEquals(Rehearsed.ERROR_WITH_LAW, LeftOutCorpora.rootMeanSquare(together), 0.002);
    assertTrue(Rehearsed.ERROR_WITH_LAW < 0.8 * LeftOutCorpora.rootMeanSquare(ofTheLaw), ofTheLaw.toString());
  }

  private static final Tokenizer BYTES = Tokenizer.bytes();

  private static List<int[]> lines(int count) {
    List<int[]> text = new ArrayList<>();
    for (int line = 0; line < count; line++) {
      text.add(BYTES.encode(("line " + line + " of a text that repeats itself\n").getBytes(StandardCharsets.UTF_8)));
    }
    return text;
  }

  private static Map<String, Object> model(int context) {
    return Map.of("corpus", List.of(), "vocab-size", 256, "layers", 1, "heads", 1, "width", 32, "context", context, "batch", 4);
  }

  @Test
  void heldOutTextMayBeShorterThanTheContext() throws IOException {
    try (Kernel kernel = KernelChoice.AUTO.open(WeightUse.TRAINING, 1)) {
      Rehearsed rehearsed = Rehearsal.of(kernel).run(RunOptions.create(Preset.TINY, model(128)), 30, BYTES, lines(200), lines(2));
      assertTrue(rehearsed.bitsPerByte() < 8, rehearsed.toString());
    }
  }

  @Test
  void theModelIsTrainedForBothNumbersOfSteps() throws IOException {
    List<int[]> text = lines(200);
    Map<String, Object> given = model(32);
    try (Kernel kernel = KernelChoice.VECTOR.open(WeightUse.TRAINING, 1)) {
      Rehearsal rehearsal = Rehearsal.of(kernel);
      RunOptions options = RunOptions.create(Preset.TINY, given);
      Rehearsed longer = rehearsal.run(options, 90, BYTES, text, text);
      Rehearsed shorter = rehearsal.run(options, 30, BYTES, text, text);
      assertEquals(90, longer.steps());
      assertEquals(shorter.bitsPerByte(), longer.shorterBitsPerByte());
      assertTrue(longer.bitsPerByte() < 0.9 * longer.shorterBitsPerByte(), longer.toString());
      assertTrue(longer.shorterBitsPerByte() < 8, longer.toString());
    }
  }
}
