package dev.minnow.train.run;

import dev.minnow.corpus.TokenFile;
import dev.minnow.corpus.prepare.PreparedCorpus;
import dev.minnow.tokenizer.Tokenizer;
import java.util.OptionalInt;

/**
 * What a model learns to begin texts after. Where there are many documents it is the end of the one before. A novel, one document, never
 * goes on after that, so that a model knows nothing of what may follow: there, texts begin as lines do.
 */
final class TextBeginning {
  /** What stands in the training text so often is learned. */
  private static final int OFTEN = 100;

  private TextBeginning() {}

  /** A token in the place of the usual ones ({@link Tokenizer#start}); empty where those do, or the text has no lines either. */
  static OptionalInt of(PreparedCorpus corpus, Tokenizer tokenizer) {
    int[] line = tokenizer.lineEnd();
    boolean isBetter = corpus.documents() < OFTEN && line.length == 1 && isOften(corpus.training(), line[0]);
    return isBetter ? OptionalInt.of(line[0]) : OptionalInt.empty();
  }

  private static boolean isOften(TokenFile text, int token) {
    int found = 0;
    for (long i = 0; i < text.tokenCount() && found < OFTEN; i++) {
      found += text.get(i) == token ? 1 : 0;
    }
    return found == OFTEN;
  }
}
