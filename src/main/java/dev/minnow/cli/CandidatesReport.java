package dev.minnow.cli;

import dev.minnow.kernel.Kernel;
import dev.minnow.model.ModelConfig;
import dev.minnow.model.TokenCost;
import dev.minnow.train.plan.Candidate;
import dev.minnow.train.plan.CorpusProfile;
import dev.minnow.train.plan.Rehearsed;
import dev.minnow.train.plan.ScalingLaw;
import dev.minnow.train.plan.TrainingPlan;
import java.util.List;
import java.util.Locale;

/**
 * What {@code plan} prints of a corpus.
 *
 * @param plan to print
 * @param kernel that would train
 * @param line that trains what is recommended
 */
record CandidatesReport(TrainingPlan plan, Kernel kernel, TrainLine line) {
  private static PlanReport details(Candidate candidate, Kernel kernel) {
    return new PlanReport(
        candidate.table(), candidate.run().withSteps(1).training(), candidate.memory(), kernel, candidate.stepSeconds());
  }

  /** For a person. */
  String text() {
    CorpusProfile corpus = plan.corpus();
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "%,d bytes of text to train on, %,d held out: n-grams need %.3f bits for a byte of these, a pilot run %.3f,"
                + " a longer one %.3f.\n\n",
            corpus.trainingBytes(), corpus.heldOutBytes(), corpus.ngramBitsPerByte(), plan.pilotBitsPerByte(),
            plan.longerPilotBitsPerByte()));
    text.append(table());
    for (TrainingPlan.Refusal refusal : plan.refused()) {
      text.append(String.format(Locale.ROOT, "%d x %d does not fit: %s.\n", refusal.layers(), refusal.width(), refusal.reason()));
    }
    text.append(
        String.format(
            Locale.ROOT,
            "\nExpected: nats a token and bits a byte of held-out text, by a law of Minnow's runs%s, usually %.1f %% off for other corpora",
            rehearsals(), 100 * (plan.rehearsed() == null ? ScalingLaw.UNFAMILIAR_ERROR : Rehearsed.ERROR_WITH_LAW)))
        .append(plan.candidates().stream().allMatch(candidate -> candidate.outlook().familiar()) ? ".\n" : "; * is beyond those runs.\n");
    text.append("Compute-optimal are some 20 tokens for each parameter.\n");
    if (plan.candidates().size() > 1) {
      text.append("\nRecommended: ");
    } else {
      text.append('\n');
    }
    text.append(details(plan.recommended(), kernel).text());
    if (plan.recommended().peakBytes() > plan.recommended().memory().bytes()) {
      text.append("\nPreparing the corpus takes more memory than training: ")
          .append(number("%,d", plan.recommended().peakBytes() >> 20))
          .append(" MiB.\n");
    }
    if (!plan.recommended().length().whole()) {
      double minutes = plan.recommended().length().minutes();
      text.append(
          String.format(Locale.ROOT,
              "\nThe text is read %.0f times in %s; to read it more often would be to learn it by heart.\n",
              plan.recommended().length().epochs(),
              number(minutes < 1 ? "%.0f seconds" : "%.1f minutes", minutes < 1 ? minutes * 60 : minutes)));
    }
    return text + "\nTrain it with:\n\n" + line + "\n";
  }

  private String rehearsals() {
    Rehearsed rehearsed = plan.rehearsed();
    return rehearsed == null ? "" : String.format(Locale.ROOT, " and a training of %,d steps", rehearsed.steps());
  }

  private TextTable table() {
    TextTable table =
        new TextTable()
            .row("layers x", "vocab-", "param-", "", "MFLOP", "", "tokens", "", "", "tokens/", "nats/", "bits/")
            .row("width", "ulary", "eters", "MiB", "/token", "tokens/s", "in all", "epochs", "minutes", "param.", "token", "byte");
    for (Candidate candidate : plan.candidates()) {
      ModelConfig config = candidate.table().config();
      table.row(
          config.layerCount() + " x " + config.width() + (candidate.equals(plan.recommended()) && plan.candidates().size() > 1 ? " <" : ""),
          number("%d", config.vocabularySize()),
          millions((double) candidate.table().elementCount()),
          number("%,d", candidate.peakBytes() >> 20),
          number("%.1f", TokenCost.flopsPerTrainedToken(candidate.table()) / 1e6),
          number("%,.0f", candidate.tokensPerSecond()),
          millions(candidate.length().tokens()),
          number("%.1f", candidate.length().epochs()),
          number("%.1f", candidate.length().minutes()),
          number("%.1f", candidate.tokensPerParameter()),
          number("%.2f", candidate.outlook().loss()),
          number("%.3f", candidate.outlook().bitsPerByte()) + (candidate.outlook().familiar() ? "" : "*"));
    }
    return table;
  }

  private static String millions(double count) {
    return number(count < 1e7 ? "%.2fM" : "%.1fM", count / 1e6);
  }

  private static String number(String format, Number value) {
    return String.format(Locale.ROOT, format, value);
  }

  /** For a program: what is recommended, and then all candidates. */
  JsonLine json() {
    CorpusProfile corpus = plan.corpus();
    Rehearsed rehearsed = plan.rehearsed();
    List<JsonLine> candidates = plan.candidates().stream().map(candidate -> json(candidate, kernel)).toList();
    List<JsonLine> refused =
        plan.refused()
            .stream()
            .map(
                refusal -> new JsonLine()
                    .put("layers", refusal.layers())
                    .put("width", refusal.width())
                    .put("parameters", refusal.parameters())
                    .put("reason", refusal.reason()))
            .toList();
    return json(plan.recommended(), kernel)
        .put("command", line.toString())
        .put("arguments", line.words())
        .put(
            "corpus",
            new JsonLine()
                .put("training_bytes", corpus.trainingBytes())
                .put("held_out_bytes", corpus.heldOutBytes())
                .put("ngram_bits_per_byte", corpus.ngramBitsPerByte())
                .put("preparing_bytes", corpus.preparingBytes())
                .put("pilot_bits_per_byte", plan.pilotBitsPerByte())
                .put("longer_pilot_bits_per_byte", plan.longerPilotBitsPerByte())
                .put("pilot_bytes", corpus.pilotText().bytes())
                .put("pilot_different_bytes", corpus.pilotText().differentBytes()))
        .put("rehearsed_steps", rehearsed == null ? null : rehearsed.steps())
        .put("rehearsed_bits_per_byte", rehearsed == null ? null : rehearsed.bitsPerByte())
        .put("shorter_rehearsed_bits_per_byte", rehearsed == null ? null : rehearsed.shorterBitsPerByte())
        .put("candidates", candidates)
        .put("refused", refused);
  }

  private static JsonLine json(Candidate candidate, Kernel kernel) {
    ModelConfig config = candidate.table().config();
    return details(candidate, kernel)
        .json()
        .put("bytes", candidate.peakBytes())
        .put("layers", config.layerCount())
        .put("heads", config.headCount())
        .put("width", config.width())
        .put("context", config.contextLength())
        .put("vocabulary", config.vocabularySize())
        .put("training_tokens", candidate.length().tokens() / candidate.length().epochs())
        .put("steps", candidate.length().steps())
        .put("tokens", candidate.length().tokens())
        .put("epochs", candidate.length().epochs())
        .put("minutes", candidate.length().minutes())
        .put("tokens_per_parameter", candidate.tokensPerParameter())
        .put("predicted_loss", candidate.outlook().loss())
        .put("predicted_bits_per_byte", candidate.outlook().bitsPerByte())
        .put("within_fitted_runs", candidate.outlook().familiar());
  }
}
