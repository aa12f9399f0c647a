package dev.minnow.tokenizer.split;

import dev.minnow.tokenizer.TokenizerException;
import dev.minnow.tokenizer.regex.RegexMatcher;
import dev.minnow.tokenizer.regex.RegexProgram;
import dev.minnow.tokenizer.regex.RegexText;

/** Cuts text where a regular expression or a fixed text matches, as Hugging Face's {@code Split} does. */
public final class RegexSplitter implements SplitLevel {
  private final RegexProgram program;
  private final SplitBehavior behavior;
  private final boolean inverted;

  private RegexSplitter(RegexProgram program, SplitBehavior behavior, boolean inverted) {
    this.program = program;
    this.behavior = behavior;
    this.inverted = inverted;
  }

  /**
   * @param regex in the syntax that {@link dev.minnow.tokenizer.regex.RegexParser} describes
   * @param inverted whether what lies between the matches counts as matches, and these do not
   * @throws TokenizerException if the pattern is none or has something that is not supported
   */
  static RegexSplitter regex(String regex, SplitBehavior behavior, boolean inverted) throws TokenizerException {
    return new RegexSplitter(RegexProgram.compile(regex), behavior, inverted);
  }

  /** Matches {@code text} and nothing else; the empty text matches between any two characters. */
  public static RegexSplitter literal(String text, SplitBehavior behavior, boolean inverted) {
    return new RegexSplitter(RegexProgram.literal(text), behavior, inverted);
  }

  @Override
  public void split(byte[] bytes, int from, int to, PieceSink pieces) {
    if (from == to) {
      return;
    }
    Parts parts = new Parts(bytes, pieces);
    RegexText text = new RegexText(bytes, from, to);
    RegexMatcher matcher = new RegexMatcher(program, text);
    int at = from;
    int end = from;
    boolean afterMatch = false;
    while (at <= to) {
      int matchEnd = matcher.find(at);
      if (matchEnd < 0) {
        break;
      }
      int start = matcher.start();
      if (start == matchEnd && matchEnd == end && afterMatch) {
        // An empty match right after another does not count.
        at = matchEnd < to ? matchEnd + text.lengthAt(matchEnd) : to + 1;
        continue;
      }
      if (start > end) {
        parts.add(end, start, inverted);
      }
      parts.add(start, matchEnd, !inverted);
      at = matchEnd;
      end = matchEnd;
      afterMatch = true;
    }
    if (end < to) {
      parts.add(end, to, inverted);
    }
    parts.end();
  }

  /** Never: nobody has proven of such a pattern where a cut would change nothing. */
  @Override
  public int cut(byte[] text, int near, int to) {
    return to;
  }

  /** Matches and what lies between them, in order, on their way to be pieces. */
  private final class Parts {
    private final byte[] text;
    private final PieceSink pieces;

    /** A piece that may go on, if {@code waiting}. */
    private int start;

    private int end;
    private boolean waiting;

    /** Whether the part before counts as a match. */
    private boolean afterMatch;

    private Parts(byte[] text, PieceSink pieces) {
      this.text = text;
      this.pieces = pieces;
    }

    /** Takes a match, which may be empty, or what lies between two. */
    private void add(int partStart, int partEnd, boolean match) {
      boolean joins = switch (behavior) {
        case ISOLATED, REMOVED -> false;
        case MERGED_WITH_PREVIOUS -> match && !afterMatch;
        case MERGED_WITH_NEXT -> !match && afterMatch;
        case CONTIGUOUS -> match == afterMatch;
      };
      afterMatch = match;
      if (joins && waiting) {
        end = partEnd;
        return;
      }
      end();
      start = partStart;
      end = partEnd;
      waiting = behavior != SplitBehavior.REMOVED || !match;
    }

    private void end() {
      if (waiting && end > start) {
        pieces.piece(text, start, end);
      }
      waiting = false;
    }
  }
}
