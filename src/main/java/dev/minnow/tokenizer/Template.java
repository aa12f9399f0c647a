package dev.minnow.tokenizer;

/** The tokens that stand before and after a text. */
record Template(int[] before, int[] after) {
  static final Template NONE = new Template(new int[0], new int[0]);

  boolean isEmpty() {
    return before.length == 0 && after.length == 0;
  }
}
