package dev.minnow.tokenizer;

import dev.minnow.tokenizer.RegexNode.Anchor;
import dev.minnow.tokenizer.RegexNode.Atomic;
import dev.minnow.tokenizer.RegexNode.Characters;
import dev.minnow.tokenizer.RegexNode.Choice;
import dev.minnow.tokenizer.RegexNode.Look;
import dev.minnow.tokenizer.RegexNode.Repeat;
import dev.minnow.tokenizer.RegexNode.Sequence;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.util.ArrayList;
import java.util.List;

/** A regular expression as instructions for {@link RegexMatcher}. Immutable. */
final class RegexProgram {
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

  private static final CodePointSet NO_SET = CodePointSet.none();

  /** Each instruction takes some 40 bytes. */
  private static final int MOST_INSTRUCTIONS = 50_000;

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
    Compilation compilation = new Compilation();
    compilation.add(tree);
    compilation.emit(DONE);
    canBeEmpty = tree.shortest() == 0;
    CodePointSet beginning = canBeEmpty ? CodePointSet.all() : beginning(tree);
    operation = compilation.operation.toIntArray();
    first = compilation.first.toIntArray();
    second = compilation.second.toIntArray();
    least = compilation.least.toIntArray();
    most = compilation.most.toIntArray();
    set = compilation.set.toArray(CodePointSet[]::new);
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

  static RegexProgram compile(String regex) throws TokenizerException {
    RegexProgram program = new RegexProgram(RegexParser.parse(regex));
    if (program.operation.length > MOST_INSTRUCTIONS) {
      throw new RegexCursor(regex).unsupported("repeats that are together too long");
    }
    return program;
  }

  static RegexProgram literal(String text) {
    return new RegexProgram(RegexParser.literal(text));
  }

  /** A set that contains what a match can begin with. */
  private static CodePointSet beginning(RegexNode node) {
    return switch (node) {
      case Characters characters -> characters.set();
      case Sequence sequence -> {
        CodePointSet set = CodePointSet.none();
        for (RegexNode part : sequence.parts()) {
          set = set.union(beginning(part));
          if (part.shortest() > 0) {
            break;
          }
        }
        yield set;
      }
      case Choice choice -> choice.options().stream().map(RegexProgram::beginning).reduce(CodePointSet.none(), CodePointSet::union);
      case Repeat repeat -> beginning(repeat.body());
      case Atomic atomic -> beginning(atomic.body());
      case Look look -> CodePointSet.none();
      case Anchor anchor -> CodePointSet.none();
    };
  }

  /** Instructions in the making. Past the limit nothing is added: the program will be refused. */
  private static final class Compilation {
    private final IntArrayList operation = new IntArrayList();
    private final IntArrayList first = new IntArrayList();
    private final IntArrayList second = new IntArrayList();
    private final IntArrayList least = new IntArrayList();
    private final IntArrayList most = new IntArrayList();
    private final List<CodePointSet> set = new ArrayList<>();

    private int emit(int code) {
      operation.add(code);
      first.add(0);
      second.add(0);
      least.add(0);
      most.add(0);
      set.add(NO_SET);
      return here() - 1;
    }

    private int here() {
      return operation.size();
    }

    private void add(RegexNode node) {
      if (here() > MOST_INSTRUCTIONS) {
        return;
      }
      switch (node) {
        case Characters characters -> set.set(emit(CHARACTER), characters.set());
        case Sequence sequence -> addSequence(sequence.parts());
        case Choice choice -> addChoice(choice.options());
        case Repeat repeat -> addRepeat(repeat);
        case Atomic atomic -> addAtomic(atomic.body());
        case Look look -> addLook(look);
        case Anchor anchor -> first.set(emit(ANCHOR), anchor.ordinal());
      }
    }

    private void addSequence(List<RegexNode> parts) {
      for (int i = 0; i < parts.size(); i++) {
        int from = here();
        add(parts.get(i));
        // A run need not remember its characters if what follows can begin with none of them.
        boolean endsWithRun = here() > from && operation.getInt(here() - 1) == RUN;
        if (endsWithRun && i + 1 < parts.size() && parts.get(i + 1).shortest() > 0) {
          if (set.get(here() - 1).isDisjoint(beginning(parts.get(i + 1)))) {
            operation.set(here() - 1, POSSESSIVE_RUN);
          }
        }
      }
    }

    private void addChoice(List<RegexNode> options) {
      IntArrayList ends = new IntArrayList();
      for (int i = 0; i < options.size() - 1; i++) {
        int either = emit(EITHER);
        first.set(either, here());
        add(options.get(i));
        ends.add(emit(GO));
        second.set(either, here());
      }
      add(options.getLast());
      ends.forEach(end -> first.set(end, here()));
    }

    private void addRepeat(Repeat repeat) {
      for (int i = 0; i < repeat.least() && here() <= MOST_INSTRUCTIONS; i++) {
        add(repeat.body());
      }
      boolean unbounded = repeat.most() == RegexNode.UNBOUNDED;
      int more = unbounded ? RegexNode.UNBOUNDED : repeat.most() - repeat.least();
      if (more == 0) {
        return;
      }
      if (repeat.body() instanceof Characters characters && !repeat.lazy()) {
        int run = emit(RUN);
        set.set(run, characters.set());
        first.set(run, more);
      } else if (unbounded) {
        int either = emit(EITHER);
        add(repeat.body());
        first.set(emit(GO), either);
        branch(either, either + 1, here(), repeat.lazy());
      } else {
        IntArrayList branches = new IntArrayList();
        for (int i = 0; i < more && here() <= MOST_INSTRUCTIONS; i++) {
          branches.add(emit(EITHER));
          add(repeat.body());
        }
        branches.forEach(either -> branch(either, either + 1, here(), repeat.lazy()));
      }
    }

    private void branch(int either, int again, int on, boolean lazy) {
      first.set(either, lazy ? on : again);
      second.set(either, lazy ? again : on);
    }

    private void addAtomic(RegexNode body) {
      int from = here();
      boolean run = body instanceof Repeat repeat && repeat.body() instanceof Characters && !repeat.lazy();
      if (run) {
        add(body);
        if (here() > from && operation.getInt(here() - 1) == RUN) {
          operation.set(here() - 1, POSSESSIVE_RUN);
        }
        return;
      }
      int atomic = emit(ATOMIC);
      add(body);
      emit(DONE);
      first.set(atomic, here());
    }

    private void addLook(Look look) {
      int code = emit(look.behind() ? LOOK_BEHIND : LOOK_AHEAD);
      second.set(code, look.negative() ? 1 : 0);
      least.set(code, look.body().shortest());
      most.set(code, look.body().longest());
      add(look.body());
      emit(look.behind() ? DONE_HERE : DONE);
      first.set(code, here());
    }
  }
}
