package dev.minnow.tokenizer.regex;

import dev.minnow.tokenizer.unicode.CodePointSet;
import java.util.List;

/** A regular expression as a tree. */
sealed interface RegexNode {
  /** Most repeats that need no bound. */
  int UNBOUNDED = Integer.MAX_VALUE;

  /** One character of a set. */
  record Characters(CodePointSet set) implements RegexNode {}

  /** One after the other; without parts, nothing, which always matches. */
  record Sequence(List<RegexNode> parts) implements RegexNode {}

  /** The first that matches and lets the rest match. */
  record Choice(List<RegexNode> options) implements RegexNode {}

  /** From {@code least} to {@code most} times, as often as possible or, if lazy, as seldom. */
  record Repeat(RegexNode body, int least, int most, boolean lazy) implements RegexNode {}

  /** What matched first, never anything else: possessive repeats too. */
  record Atomic(RegexNode body) implements RegexNode {}

  /** Whether the body matches from here, or up to here, without using it up. */
  record Look(RegexNode body, boolean behind, boolean negative) implements RegexNode {}

  /** A place and no character. */
  enum Anchor implements RegexNode {
    TEXT_START, TEXT_END, TEXT_END_OR_LAST_NEWLINE, LINE_START, LINE_END, WORD_BOUNDARY, NO_WORD_BOUNDARY
  }

  /** Fewest characters of a match. */
  default int shortest() {
    return switch (this) {
      case Characters characters -> 1;
      case Sequence sequence -> sequence.parts.stream().mapToInt(RegexNode::shortest).reduce(0, RegexNode::add);
      case Choice choice -> choice.options.stream().mapToInt(RegexNode::shortest).min().orElse(0);
      case Repeat repeat -> multiply(repeat.body.shortest(), repeat.least);
      case Atomic atomic -> atomic.body.shortest();
      case Look look -> 0;
      case Anchor anchor -> 0;
    };
  }

  /** Most characters of a match, or {@link #UNBOUNDED}. */
  default int longest() {
    return switch (this) {
      case Characters characters -> 1;
      case Sequence sequence -> sequence.parts.stream().mapToInt(RegexNode::longest).reduce(0, RegexNode::add);
      case Choice choice -> choice.options.stream().mapToInt(RegexNode::longest).max().orElse(0);
      case Repeat repeat -> multiply(repeat.body.longest(), repeat.most);
      case Atomic atomic -> atomic.body.longest();
      case Look look -> 0;
      case Anchor anchor -> 0;
    };
  }

  /** A set that contains what a match can begin with. */
  default CodePointSet beginning() {
    return switch (this) {
      case Characters characters -> characters.set;
      case Sequence sequence -> {
        CodePointSet set = CodePointSet.none();
        for (RegexNode part : sequence.parts) {
          set = set.union(part.beginning());
          if (part.shortest() > 0) {
            break;
          }
        }
        yield set;
      }
      case Choice choice -> choice.options.stream().map(RegexNode::beginning).reduce(CodePointSet.none(), CodePointSet::union);
      case Repeat repeat -> repeat.body.beginning();
      case Atomic atomic -> atomic.body.beginning();
      case Look look -> CodePointSet.none();
      case Anchor anchor -> CodePointSet.none();
    };
  }

  private static int add(int left, int right) {
    return (int) Math.min(UNBOUNDED, (long) left + right);
  }

  private static int multiply(int length, int times) {
    return (int) Math.min(UNBOUNDED, (long) length * times);
  }
}
