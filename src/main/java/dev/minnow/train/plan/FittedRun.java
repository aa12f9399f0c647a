package dev.minnow.train.plan;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A run of Minnow that the law of losses is fitted to, one line of {@code fitted-runs.jsonl} beside this class, which
 * {@code scripts/fit-scaling} writes.
 *
 * @param corpus its name
 * @param ngramBitsPerByte as {@link CorpusProfile#ngramBitsPerByte}
 * @param pilotBitsPerByte as {@link TrainingPlan#pilotBitsPerByte}
 * @param longerPilotBitsPerByte as {@link TrainingPlan#longerPilotBitsPerByte}
 * @param pilotBytes as {@link CorpusProfile#pilotText}
 * @param pilotDifferentBytes as {@link CorpusProfile#pilotText}
 * @param trainingBytes of the corpus
 * @param trainingTokens of the corpus
 * @param vocabulary V
 * @param layers L
 * @param width C
 * @param context T
 * @param batch windows of a step
 * @param dropout share of elements
 * @param steps updates
 * @param parameters of the model
 * @param bitsPerByte of held-out text, at the end
 * @param thirdBitsPerByte of a run of a third of these steps; null where {@link Rehearsal} would not make one
 * @param ninthBitsPerByte of a run of a ninth of these steps; null with the one before
 */
record FittedRun(
    String corpus,
    @JsonProperty("ngram_bits_per_byte") double ngramBitsPerByte,
    @JsonProperty("pilot_bits_per_byte") double pilotBitsPerByte,
    @JsonProperty("longer_pilot_bits_per_byte") double longerPilotBitsPerByte,
    @JsonProperty("pilot_bytes") double pilotBytes,
    @JsonProperty("pilot_different_bytes") double pilotDifferentBytes,
    @JsonProperty("training_bytes") double trainingBytes,
    @JsonProperty("training_tokens") double trainingTokens,
    int vocabulary,
    int layers,
    int width,
    int context,
    int batch,
    double dropout,
    long steps,
    double parameters,
    @JsonProperty("bits_per_byte") double bitsPerByte,
    @JsonProperty("third_bits_per_byte") @Nullable Double thirdBitsPerByte,
    @JsonProperty("ninth_bits_per_byte") @Nullable Double ninthBitsPerByte) {
  private static final String RESOURCE = "fitted-runs.jsonl";

  /** All that this build carries. */
  static List<FittedRun> all() {
    try (InputStream in = FittedRun.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new IllegalStateException("The build left out " + RESOURCE + "; build again.");
      }
      try (MappingIterator<FittedRun> runs = new JsonMapper().readerFor(FittedRun.class).readValues(in)) {
        return runs.readAll();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Its rehearsals, where there are any. */
  Optional<Rehearsed> rehearsed() {
    return thirdBitsPerByte == null || ninthBitsPerByte == null
        ? Optional.empty()
        : Optional.of(new Rehearsed(steps / Rehearsal.RATIO, ninthBitsPerByte, thirdBitsPerByte));
  }

  /** What the law sees of it. */
  ScalingLaw.Observation observation() {
    double stepTokens = (double) batch * context;
    return new ScalingLaw.Observation(
        new ScalingLaw.Setting(
            ngramBitsPerByte,
            pilotBitsPerByte,
            longerPilotBitsPerByte,
            new ScalingLaw.Text(pilotBytes, pilotDifferentBytes),
            parameters,
            new ScalingLaw.Text(steps * stepTokens * trainingBytes / trainingTokens, trainingBytes),
            stepTokens),
        bitsPerByte);
  }
}
