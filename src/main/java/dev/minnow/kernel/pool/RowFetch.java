package dev.minnow.kernel.pool;

import dev.minnow.kernel.code.CodeArgument;
import dev.minnow.kernel.lane.Lanes;

/**
 * Rows that will be read or written soon: machine code of attention fetches their cache lines into the L2 cache while it multiplies,
 * because rows of a head lie far from each other and processors foresee none of them. What is asked for is a list of groups in memory,
 * each of which is one or two lines of some rows; the program walks along it and keeps here how far it came. Rows may lie outside of any
 * tensor, as those after the last one do: fetching does not fail, and nothing here changes a result.
 */
public final class RowFetch {
  /** What the program keeps from call to call, in its order. */
  public enum State implements CodeArgument {
    /** The address of the group that it is at. */
    GROUP,
    /** The next address that it fetches. */
    NEXT,
    /** How many of its rows are not fetched yet. */
    REMAINING
  }

  /** A group, in its order. */
  public enum Group implements CodeArgument {
    /** The address of the first line. */
    FIRST,
    /** Bytes from a row to the next. */
    STEP,
    /** At least 1. */
    ROWS
  }

  public static final int LINE_BYTES = 64;

  /** Fetched at a time: two lines. */
  private static final int PAIR_BYTES = 2 * LINE_BYTES;

  /** Bytes of a group. */
  public static final int GROUP_BYTES = Group.values().length * Long.BYTES;

  /** What the gradient of a head of 256 numbers asks for with two blocks of queries. */
  public static final int MOST_GROUPS = 128;
  private static final int STATE_BYTES = State.values().length * Long.BYTES;

  /** Bytes of memory that one has: of the state, of the groups, and of a last one that is never at its end. */
  public static final int BYTES = STATE_BYTES + (MOST_GROUPS + 1) * GROUP_BYTES;

  private final long state;
  private final long table;
  private int groups;

  /** @param memory address of {@link #BYTES} */
  public RowFetch(long memory) {
    this.state = memory;
    this.table = memory + STATE_BYTES;
    clear();
  }

  /** What the program takes. */
  public long address() {
    return state;
  }

  /** Forgets what was asked for. */
  public void clear() {
    groups = 0;
    end();
    begin(table);
  }

  /**
   * Asks for rows, if any; what there is no room for is left out.
   *
   * @param first address of the first row
   * @param width floats of a row
   * @param rowBytes from a row to the next
   */
  public void add(long first, int width, long rowBytes, int count) {
    if (count <= 0) {
      return;
    }
    long end = first + (long) width * Float.BYTES;
    for (long lines = first / LINE_BYTES * LINE_BYTES; lines < end; lines += PAIR_BYTES) {
      add(lines, rowBytes, count);
    }
  }

  private void add(long first, long step, int count) {
    boolean allFetched = Lanes.MEMORY.get(Lanes.LONG, state + State.GROUP.offset()) == group(groups);
    if (allFetched) {
      groups = 0;
    }
    if (groups == MOST_GROUPS) {
      return;
    }
    put(group(groups), first, step, count);
    groups++;
    end();
    if (allFetched) {
      begin(table);
    }
  }

  private long group(int number) {
    return table + (long) number * GROUP_BYTES;
  }

  /** After the last group the program fetches one line, this one, again and again. */
  private void end() {
    put(group(groups), table, 0, Long.MAX_VALUE);
  }

  private static void put(long group, long first, long step, long count) {
    Lanes.MEMORY.set(Lanes.LONG, group + Group.FIRST.offset(), first);
    Lanes.MEMORY.set(Lanes.LONG, group + Group.STEP.offset(), step);
    Lanes.MEMORY.set(Lanes.LONG, group + Group.ROWS.offset(), count);
  }

  private void begin(long group) {
    Lanes.MEMORY.set(Lanes.LONG, state + State.GROUP.offset(), group);
    Lanes.MEMORY.set(Lanes.LONG, state + State.NEXT.offset(), Lanes.MEMORY.get(Lanes.LONG, group + Group.FIRST.offset()));
    Lanes.MEMORY.set(Lanes.LONG, state + State.REMAINING.offset(), Lanes.MEMORY.get(Lanes.LONG, group + Group.ROWS.offset()));
  }
}
