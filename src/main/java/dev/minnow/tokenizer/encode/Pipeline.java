package dev.minnow.tokenizer.encode;

import dev.minnow.tokenizer.split.Components;
import dev.minnow.tokenizer.split.PreTokenizer;
import dev.minnow.tokenizer.split.SplitPattern;
import java.util.List;

/**
 * What happens to a text besides the merging of pieces.
 *
 * @param components what all of the following is read from
 * @param composes whether text is brought to Unicode's normal form C first
 * @param prefixesSpace whether a space is put before a text that begins with none
 * @param preTokenizer cuts it into pieces
 * @param template the tokens put around it, where asked for
 * @param ignoresMerges whether a piece that is a token as it stands becomes that token, whatever the merges would make of it
 * @param dropout of merges that the tokenizer was made for; encodings use it only where they ask for one
 */
public record Pipeline(Components components, boolean composes, boolean prefixesSpace, PreTokenizer preTokenizer, Template template,
    boolean ignoresMerges, double dropout) {
  private static final Pipeline GPT2 =
      new Pipeline(
          Components.gpt2(), false, false, new PreTokenizer(List.of(SplitPattern.GPT2.splitter())), Template.NONE, false, 0);

  /** GPT-2's. */
  public static Pipeline gpt2() {
    return GPT2;
  }

  /** Whether each byte of a segment becomes a token of its own as long as nothing merges: no piece is dropped, or is a token as a whole. */
  boolean keepsBytes() {
    return !ignoresMerges && preTokenizer.splitter().isPresent();
  }

  /** Whether texts are cut and merged, and nothing else. */
  public boolean takesTextAsItIs() {
    return !composes && !prefixesSpace && template.isEmpty();
  }

  /** Whether it does what GPT-2's does. */
  public boolean doesAsGpt2() {
    return takesTextAsItIs() && !ignoresMerges && preTokenizer.splitter().equals(GPT2.preTokenizer.splitter());
  }
}
