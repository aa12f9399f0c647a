package dev.minnow.tokenizer.regex;

import dev.minnow.tokenizer.TokenizerException;
import dev.minnow.tokenizer.regex.RegexNode.Anchor;
import dev.minnow.tokenizer.unicode.CodePointSet;

/** A regular expression as instructions for {@link RegexMatcher}. Immutable. */
public final class RegexProgram {
  /** A character of {@code set}. */
  static final int CHARACTER = 0;

  /** As many characters of {@code set} as there are, at most {@code first}; fewer if the rest needs it. */
  static final int RUN = 1;

  /** As many characters of {@code set} as there are, at most {@code first}, and never fewer. */
  static final int POSSESSIVE_RUN = 2;

  /** Goes on at {@code first} and, if that fails, at {@code second}. */
  static final int EITHER = 3;

  /** Goes on at {@code first}. */
  static final int GO = 4;

  /** {@code first} is the ordinal of an {@link Anchor}. */
  static final int ANCHOR = 5;

  /** Runs what follows up to its {@link #DONE} for itself and goes on at {@code first}, with the place where it ended. */
  static final int ATOMIC = 6;

  /** The same, with the place where it began, or if {@code second} is 1 only if it failed. */
  static final int LOOK_AHEAD = 7;

  /** The same, begun {@code least} to {@code most} characters before; it ends with {@link #DONE_HERE}. */
  static final int LOOK_BEHIND = 8;

  static final int DONE = 9;

  /** Done if this is the place from which was looked behind. */
  static final int DONE_HERE = 10;

  final int[] operation;
  final int[] first;
  final int[] second;
  final int[] least;
  final int[] most;
  final CodePointSet[] set;

  /** By instruction: which of the {@link #branches} it is, if it is one. */
  final int[] branch;

  /** How many instructions leave a choice open or may take long. */
  final int branches;

  /** By byte: whether a match can begin with it. */
  final boolean[] canBegin = new boolean[256];

  final boolean canBeEmpty;

  private RegexProgram(RegexNode tree) {
    RegexCompiler compiler = new RegexCompiler(tree);
    canBeEmpty = tree.shortest() == 0;
    CodePointSet beginning = canBeEmpty ? CodePointSet.all() : tree.beginning();
    operation = compiler.operation.toIntArray();
    first = compiler.first.toIntArray();
    second = compiler.second.toIntArray();
    least = compiler.least.toIntArray();
    most = compiler.most.toIntArray();
    set = compiler.set.toArray(CodePointSet[]::new);
    branch = new int[operation.length];
    int count = 0;
    for (int pc = 0; pc < operation.length; pc++) {
      boolean isBranch = operation[pc] == EITHER || operation[pc] == RUN || operation[pc] == POSSESSIVE_RUN;
      branch[pc] = isBranch ? count++ : 0;
    }
    branches = count;
    for (int value = 0; value < canBegin.length; value++) {
      canBegin[value] = value < 128 ? beginning.contains(value) : beginning.hasNonAscii();
    }
  }

  public static RegexProgram compile(String regex) throws TokenizerException {
    RegexProgram program = new RegexProgram(RegexParser.parse(regex));
    if (program.operation.length > RegexCompiler.MOST_INSTRUCTIONS) {
      throw new RegexCursor(regex).unsupported("repeats that are together too long");
    }
    return program;
  }

  public static RegexProgram literal(String text) {
    return new RegexProgram(RegexParser.literal(text));
  }
}
