package dev.minnow.train.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ScalingLawTest {
  private static final long SEED = 11;

  /** ln kappa, logit s, alpha, beta, ln repetitions, ln critical batch, x, v, not those where a fit starts. */
  private static final double[] TRUE = {-0.35, -0.2, 0.38, 0.6, Math.log(9), Math.log(2500), 0.5, -1.5};

  /** The law as its documentation says it. */
  private static double bits(ScalingLaw.Setting run) {
    double repetitions = Math.exp(TRUE[4]);
    double critical = Math.exp(TRUE[5]);
    double e =
        Math.exp(TRUE[0])
            * run.ngramBitsPerByte()
            * Math.pow(run.pilotBitsPerByte() / 1.8, TRUE[6])
            * Math.pow(run.pilotBitsPerByte() / run.longerPilotBitsPerByte() / Math.exp(0.13), TRUE[7]);
    double s = 1 / (1 + Math.exp(-TRUE[1]));
    double d = effective(run.text(), repetitions) / (1 + run.stepTokens() / critical);
    double pilot = effective(run.pilot(), repetitions) / (1 + 1024 / critical);
    return e
        + (run.pilotBitsPerByte() - e)
            * (s * Math.pow(run.parameters() / 544_256, -TRUE[2]) + (1 - s) * Math.pow(d / pilot, -TRUE[3]));
  }

  private static double effective(ScalingLaw.Text text, double repetitions) {
    double extra = text.bytes() / text.differentBytes() - 1;
    return extra <= 0 ? text.bytes() : text.differentBytes() * (1 + repetitions * (1 - Math.exp(-extra / repetitions)));
  }

  private static List<ScalingLaw.Observation> runs(int count, double noise) {
    return runs(count, noise, SEED);
  }

  private static List<ScalingLaw.Observation> runs(int count, double noise, long seed) {
    Random random = new Random(seed);
    List<ScalingLaw.Observation> runs = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      double different = Math.exp(Math.log(5e5) + random.nextDouble() * 5);
      double bytes = Math.exp(Math.log(1e6) + random.nextDouble() * 3.5);
      double ngrams = 0.8 + 1.5 * random.nextDouble();
      double pilot = ngrams * (1.05 + 0.4 * random.nextDouble());
      ScalingLaw.Setting setting =
          new ScalingLaw.Setting(
              ngrams, pilot, pilot * (0.75 + 0.2 * random.nextDouble()), new ScalingLaw.Text(2.4e6, Math.min(different, 4 << 20)),
              Math.exp(Math.log(1e5) + random.nextDouble() * 5), new ScalingLaw.Text(bytes, different), 1024 << random.nextInt(4));
      runs.add(new ScalingLaw.Observation(setting, bits(setting) * Math.exp(noise * random.nextGaussian())));
    }
    return runs;
  }

  @Test
  void aFitRecoversTheLawThatMadeTheRuns() {
    List<ScalingLaw.Observation> runs = runs(300, 0);
    ScalingLaw fitted = ScalingLaw.fit(runs);
    ScalingLaw law = new ScalingLaw(runs, TRUE);
    for (ScalingLaw.Observation fresh : runs(200, 0, SEED + 1)) {
      assertEquals(0, Math.log(fitted.bitsPerByte(fresh.setting()) / fresh.bitsPerByte()), 1e-3, fresh.toString());
    }
    runs.forEach(run -> assertEquals(run.bitsPerByte(), law.bitsPerByte(run.setting()), 1e-12));
  }

  @Test
  void noiseAndOddRunsDoNotBendIt() {
    List<ScalingLaw.Observation> runs = new ArrayList<>(runs(60, 0.015));
    for (int i = 0; i < 4; i++) {
      runs.set(i, new ScalingLaw.Observation(runs.get(i).setting(), 1.4 * runs.get(i).bitsPerByte()));
    }
    ScalingLaw law = ScalingLaw.fit(runs);
    double worst = 0;
    for (ScalingLaw.Observation fresh : runs(200, 0)) {
      worst = Math.max(worst, Math.abs(Math.log(law.bitsPerByte(fresh.setting()) / fresh.bitsPerByte())));
    }
    assertTrue(worst < 0.05, "off by " + worst + ", seed " + SEED);
  }

  @Test
  void repetitionsCountLessAndLess() {
    ScalingLaw.Text once = new ScalingLaw.Text(1e6, 1e6);
    ScalingLaw.Text twice = new ScalingLaw.Text(2e6, 1e6);
    ScalingLaw.Text often = new ScalingLaw.Text(1e9, 1e6);
    assertEquals(1e6, once.effective(8));
    assertEquals(1e6 * (1 + 8 * (1 - Math.exp(-1 / 8.0))), twice.effective(8), 1e-3);
    assertEquals(9e6, often.effective(8), 1);
  }

  @Test
  void theRunsOfThisBuildAreFittedAsWellAsTheLogSays() {
    List<FittedRun> runs = FittedRun.all();
    ScalingLaw law = ScalingLaw.ofMinnow();
    double sum = 0;
    for (FittedRun run : runs) {
      ScalingLaw.Observation observation = run.observation();
      assertTrue(law.isFamiliar(observation.setting()), run.toString());
      sum += Math.pow(Math.log(law.bitsPerByte(observation.setting()) / run.bitsPerByte()), 2);
    }
    assertTrue(runs.size() >= 20, runs.size() + " runs");
    assertTrue(Math.sqrt(sum / runs.size()) < 0.035, "root mean square of the differences of logarithms: " + Math.sqrt(sum / runs.size()));
  }

  /** Each corpus is expected by a law that was fitted to the others. */
  @Test
  void corporaLeftOutAreAsFarOffAsIsSaid() {
    List<Double> differences = new ArrayList<>();
    LeftOutCorpora.forEach((law, run) -> differences.add(Math.log(law.bitsPerByte(run.observation().setting()) / run.bitsPerByte())));
    assertEquals(FittedRun.all().size(), differences.size());
    assertEquals(ScalingLaw.UNFAMILIAR_ERROR, LeftOutCorpora.rootMeanSquare(differences), 0.002);
  }

  @Test
  void aRunBeyondAllThatWereFittedIsNotFamiliar() {
    List<ScalingLaw.Observation> runs = runs(50, 0);
    ScalingLaw law = new ScalingLaw(runs, TRUE);
    ScalingLaw.Setting known = runs.getFirst().setting();
    assertTrue(law.isFamiliar(known));
    assertFalse(
        law.isFamiliar(
            new ScalingLaw.Setting(known.ngramBitsPerByte(), known.pilotBitsPerByte(), known.longerPilotBitsPerByte(), known.pilot(), 1e11,
                known.text(),
                known.stepTokens())));
  }
}
