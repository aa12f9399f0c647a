package dev.minnow.tokenizer.regex;

import static dev.minnow.tokenizer.regex.RegexProgram.ANCHOR;
import static dev.minnow.tokenizer.regex.RegexProgram.ATOMIC;
import static dev.minnow.tokenizer.regex.RegexProgram.CHARACTER;
import static dev.minnow.tokenizer.regex.RegexProgram.DONE;
import static dev.minnow.tokenizer.regex.RegexProgram.DONE_HERE;
import static dev.minnow.tokenizer.regex.RegexProgram.EITHER;
import static dev.minnow.tokenizer.regex.RegexProgram.GO;
import static dev.minnow.tokenizer.regex.RegexProgram.LOOK_AHEAD;
import static dev.minnow.tokenizer.regex.RegexProgram.LOOK_BEHIND;
import static dev.minnow.tokenizer.regex.RegexProgram.POSSESSIVE_RUN;
import static dev.minnow.tokenizer.regex.RegexProgram.RUN;

import dev.minnow.tokenizer.regex.RegexNode.Anchor;
import dev.minnow.tokenizer.regex.RegexNode.Atomic;
import dev.minnow.tokenizer.regex.RegexNode.Characters;
import dev.minnow.tokenizer.regex.RegexNode.Choice;
import dev.minnow.tokenizer.regex.RegexNode.Look;
import dev.minnow.tokenizer.regex.RegexNode.Repeat;
import dev.minnow.tokenizer.regex.RegexNode.Sequence;
import dev.minnow.tokenizer.unicode.CodePointSet;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.util.ArrayList;
import java.util.List;

/**
 * Turns the tree of a regular expression into the instructions of a {@link RegexProgram}. Past the limit nothing is added: the program
 * will be refused.
 */
final class RegexCompiler {
  /** Each instruction takes some 40 bytes. */
  static final int MOST_INSTRUCTIONS = 50_000;

  private static final CodePointSet NO_SET = CodePointSet.none();

  final IntArrayList operation = new IntArrayList();
  final IntArrayList first = new IntArrayList();
  final IntArrayList second = new IntArrayList();
  final IntArrayList least = new IntArrayList();
  final IntArrayList most = new IntArrayList();
  final List<CodePointSet> set = new ArrayList<>();

  RegexCompiler(RegexNode tree) {
    add(tree);
    emit(DONE);
  }

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
        if (set.get(here() - 1).isDisjoint(parts.get(i + 1).beginning())) {
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
