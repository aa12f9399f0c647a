package dev.minnow.tokenizer.encode;

/** The tokens that stand before and after a text. */
public record Template(int[] before, int[] after) {
  public static final Template NONE = new Template(new int[0], new int[0]);

  boolean isEmpty() {
    return before.length == 0 && after.length == 0;
  }
}
