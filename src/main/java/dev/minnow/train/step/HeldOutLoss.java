package dev.minnow.train.step;

import dev.minnow.corpus.HeldOutWindows;
import dev.minnow.memory.Tensor;
import dev.minnow.model.DropoutSites;
import dev.minnow.model.Transformer;
import dev.minnow.tokenizer.Tokenizer;
import dev.minnow.train.Evaluation;
import java.util.function.LongConsumer;

/** Measures a model on held-out text. */
public final class HeldOutLoss {
  private HeldOutLoss() {}

  /** Evaluates in the batches that the transformer's activations were planned for, (B, T). */
  public static Evaluation of(Transformer transformer, HeldOutWindows windows, Tokenizer tokenizer) {
    return of(transformer, windows, tokenizer, done -> {});
  }

  /** The same; {@code progress} hears after each batch how many windows are done. */
  public static Evaluation of(Transformer transformer, HeldOutWindows windows, Tokenizer tokenizer, LongConsumer progress) {
    Tensor inputs = transformer.activations().inputs();
    Tensor targets = transformer.activations().targets();
    Tensor losses = transformer.activations().losses();
    double nats = 0;
    for (long first = 0; first < windows.windowCount(); first += inputs.dimension(0)) {
      // What a last batch has no targets for keeps older tokens: nothing before reads them, and their losses do not count.
      int tokens = windows.fillBatch(first, inputs, targets);
      transformer.forward(DropoutSites.NONE);
      transformer.loss();
      for (int i = 0; i < tokens; i++) {
        nats += losses.getFloat(i);
      }
      progress.accept(Math.min(first + inputs.dimension(0), windows.windowCount()));
    }
    long tokens = windows.predictedTokens();
    long bytes = windows.predictedBytes(tokenizer);
    return new Evaluation(tokens, nats / tokens, bytes == 0 ? Double.NaN : nats / StrictMath.log(2) / bytes);
  }
}
