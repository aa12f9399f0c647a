package dev.minnow.train.plan;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What to train on a corpus within a budget.
 *
 * @param corpus what the corpus is like
 * @param pilotBitsPerByte what a small model needed for held-out text after a short training, see {@link PilotRun}
 * @param longerPilotBitsPerByte the same after one that was three times as long
 * @param rehearsed what shorter trainings of the recommended model came to; null where they would have said too little
 * @param candidates from the smallest model to the largest, at least one
 * @param refused models that do not fit, from the smallest
 * @param recommended the candidate with the lowest expected bits per byte
 */
public record TrainingPlan(CorpusProfile corpus, double pilotBitsPerByte, double longerPilotBitsPerByte, @Nullable Rehearsed rehearsed,
    List<Candidate> candidates,
    List<Refusal> refused,
    Candidate recommended) {
  /**
   * A model that does not fit.
   *
   * @param parameters of it
   * @param reason in a few words
   */
  public record Refusal(int layers, int width, long parameters, String reason) {}
}
