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
import dev.minnow.tokenizer.unicode.CodePointSet;
import dev.minnow.tokenizer.unicode.Utf8;
import it.unimi.dsi.fastutil.ints.IntArrays;

/**
 * Finds a regular expression in UTF-8 by backtracking, as Oniguruma does, with its choices on a stack of its own: unlike
 * {@code java.util.regex} it needs no deep call stack whatever the text. Where it backtracks much, it remembers the places from which the
 * rest did not match, so that none is tried twice. For one thread and one text.
 */
public final class RegexMatcher {
  private static final int FAILED = -1;
  private static final int NO_FLOOR = -1;
  private static final Anchor[] ANCHORS = Anchor.values();

  /** Steps for one match before failures are remembered: rarely reached by a pattern that suits its text. */
  private static final int PATIENCE = 1 << 12;

  /** Most numbers for open choices: 256 MB. */
  private static final int MOST_CHOICES = 1 << 26;

  private static final long LEAST_STEPS = 50_000_000;
  private static final long STEPS_PER_BYTE = 2_000;

  private final RegexProgram program;
  private final RegexText text;

  /** The text's, at hand for the innermost loops. */
  private final byte[] bytes;

  private final int to;
  private final long mostSteps;
  private final int patience;

  /** Choices that are open: where to go on in the program, where in the text, and for runs the least end that may be tried. */
  private int[] choices = new int[48];

  private int size;

  /** Where the innermost look behind must end. */
  private int behind;

  /** Nested runs, such as looks ahead. */
  private int depth;

  private long steps;
  private long impatientAfter;

  /** Whether failures are remembered, in {@code tried}: since a match took too many steps. */
  private boolean remembering;

  private final TriedBranches tried;
  private int matchStart;

  public RegexMatcher(RegexProgram program, RegexText text) {
    this(program, text, PATIENCE);
  }

  /** @param patience steps for one match before failures are remembered */
  public RegexMatcher(RegexProgram program, RegexText text, int patience) {
    this.program = program;
    this.text = text;
    this.bytes = text.bytes();
    this.to = text.to();
    this.patience = patience;
    this.mostSteps = LEAST_STEPS + STEPS_PER_BYTE * (to - text.from());
    this.tried = new TriedBranches(program.branches);
  }

  /** The end of the first match that starts at or after {@code at}, or -1; {@link #start} is where it starts. */
  public int find(int at) {
    for (int place = at; place <= to; place += place < to ? text.lengthAt(place) : 1) {
      boolean possible = place < to ? program.canBegin[bytes[place] & 0xFF] : program.canBeEmpty;
      if (possible) {
        int end = matchEnd(place);
        if (end != FAILED) {
          return end;
        }
      }
    }
    return FAILED;
  }

  /** Where the match starts that was found last. */
  public int start() {
    return matchStart;
  }

  private int matchEnd(int at) {
    if (remembering && tried.isOver(at)) {
      remembering = false;
      tried.forget();
    }
    matchStart = at;
    impatientAfter = steps + patience;
    int end = run(0, at);
    if (remembering && end != FAILED) {
      // What the next match may meet again at its start did match.
      steps += program.branches;
      tried.forget(end);
    }
    return end;
  }

  /** Runs the program from an instruction and a place until it is done: the place where it is, or {@link #FAILED}. */
  private int run(int start, int place) {
    int base = size;
    int pc = start;
    int at = place;
    depth++;
    while (true) {
      if (++steps > mostSteps) {
        throw tooSlow();
      }
      boolean matches = true;
      switch (program.operation[pc]) {
        case CHARACTER -> {
          matches = at < to;
          if (matches) {
            int decoded = Utf8.decode(bytes, at, to);
            matches = program.set[pc].contains(decoded >> 3);
            at += decoded & 7;
            pc++;
          }
        }
        case RUN, POSSESSIVE_RUN -> {
          boolean possessive = program.operation[pc] == POSSESSIVE_RUN;
          if (remembering && depth == 1 && program.first[pc] == RegexNode.UNBOUNDED) {
            // One character and then this instruction again, so that each place is remembered.
            matches = tried.isNew(program.branch[pc], at);
            int end = matches ? runEnd(pc, at, 1) : at;
            if (end == at) {
              pc++;
            } else if (!possessive) {
              push(pc + 1, at, NO_FLOOR);
            }
            at = end;
          } else {
            int end = runEnd(pc, at, program.first[pc]);
            if (end > at && !possessive) {
              push(pc + 1, end, at);
            }
            at = end;
            pc++;
          }
        }
        case EITHER -> {
          matches = !remembering || depth > 1 || tried.isNew(program.branch[pc], at);
          if (matches) {
            push(program.second[pc], at, NO_FLOOR);
            pc = program.first[pc];
          }
        }
        case GO -> pc = program.first[pc];
        case ANCHOR -> {
          matches = text.isAt(ANCHORS[program.first[pc]], at);
          pc++;
        }
        case ATOMIC -> {
          int end = run(pc + 1, at);
          matches = end != FAILED;
          at = end;
          pc = program.first[pc];
        }
        case LOOK_AHEAD -> {
          matches = run(pc + 1, at) != FAILED == (program.second[pc] == 0);
          pc = program.first[pc];
        }
        case LOOK_BEHIND -> {
          matches = looksBehind(pc, at) == (program.second[pc] == 0);
          pc = program.first[pc];
        }
        case DONE -> {
          size = base;
          depth--;
          return at;
        }
        case DONE_HERE -> {
          matches = at == behind;
          if (matches) {
            size = base;
            depth--;
            return at;
          }
        }
        default -> throw new AssertionError("There is no instruction " + program.operation[pc] + ".");
      }
      if (!matches) {
        if (depth == 1 && !remembering && steps > impatientAfter) {
          remembering = true;
          tried.begin(matchStart, at);
        }
        if (size == base) {
          depth--;
          return FAILED;
        }
        int top = size - 3;
        pc = choices[top];
        at = choices[top + 1];
        int floor = choices[top + 2];
        if (floor == NO_FLOOR) {
          size = top;
        } else {
          at = text.before(at);
          choices[top + 1] = at;
          size = at > floor ? size : top;
        }
      }
    }
  }

  private int runEnd(int pc, int place, int most) {
    CodePointSet set = program.set[pc];
    int at = place;
    for (int left = most; left > 0 && at < to; left--) {
      int ascii = bytes[at];
      int decoded = ascii >= 0 ? ascii << 3 | 1 : Utf8.decode(bytes, at, to);
      if (!set.contains(decoded >> 3)) {
        break;
      }
      at += decoded & 7;
    }
    steps += at - place;
    return at;
  }

  private boolean looksBehind(int pc, int at) {
    int outer = behind;
    behind = at;
    int place = at;
    boolean found = false;
    for (int back = 0; back <= program.most[pc] && !found; back++) {
      found = back >= program.least[pc] && run(pc + 1, place) != FAILED;
      if (place == text.from()) {
        break;
      }
      place = text.before(place);
    }
    behind = outer;
    return found;
  }

  private void push(int pc, int at, int floor) {
    if (size > MOST_CHOICES) {
      throw tooSlow();
    }
    choices = IntArrays.grow(choices, size + 3, size);
    choices[size] = pc;
    choices[size + 1] = at;
    choices[size + 2] = floor;
    size += 3;
  }

  private IllegalStateException tooSlow() {
    return new IllegalStateException(
        "The tokenizer's split pattern takes more than " + mostSteps + " steps for " + (to - text.from())
            + " bytes; simplify its repeats.");
  }
}
