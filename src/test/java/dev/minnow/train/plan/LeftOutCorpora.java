package dev.minnow.train.plan;

import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;

/** The runs of this build, each with a law that was fitted to the runs of the other corpora. */
final class LeftOutCorpora {
  private LeftOutCorpora() {}

  static void forEach(BiConsumer<ScalingLaw, FittedRun> check) {
    for (String corpus : FittedRun.all().stream().map(FittedRun::corpus).distinct().toList()) {
      Map<Boolean, List<FittedRun>> runs = FittedRun.all().stream().collect(Collectors.partitioningBy(run -> run.corpus().equals(corpus)));
      ScalingLaw law = ScalingLaw.fit(runs.get(false).stream().map(FittedRun::observation).toList());
      runs.get(true).forEach(run -> check.accept(law, run));
    }
  }

  static double rootMeanSquare(List<Double> values) {
    return Math.sqrt(values.stream().mapToDouble(value -> value * value).average().orElseThrow());
  }
}
