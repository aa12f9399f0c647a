package dev.minnow.kernel.attention;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.minnow.kernel.Accumulation;
import dev.minnow.kernel.code.InstructionSet;
import dev.minnow.kernel.lane.Lanes;
import dev.minnow.kernel.lane.VectorCode;
import dev.minnow.kernel.pool.RowFetch;
import dev.minnow.kernel.pool.Workspace;
import dev.minnow.kernel.pool.Workspaces;
import dev.minnow.memory.Scratch;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is fetched, walked along as {@link HeadProgram} does, and by the program itself. */
class RowFetchTest {
  private static final long ROW_BYTES = 1024 * Float.BYTES;
  private static final long FIRST = 1L << 40;

  private final Scratch memory = new Scratch();
  private final RowFetch fetch = new RowFetch(memory.address(RowFetch.BYTES));

  private static HeadRows heads(int headWidth) {
    return new HeadRows(FIRST, ROW_BYTES, 100 * ROW_BYTES, (long) headWidth * Float.BYTES, headWidth);
  }

  private long state(RowFetch.State number) {
    return Lanes.MEMORY.get(Lanes.LONG, fetch.address() + number.offset());
  }

  private void state(RowFetch.State number, long value) {
    Lanes.MEMORY.set(Lanes.LONG, fetch.address() + number.offset(), value);
  }

  private static long group(long group, RowFetch.Group number) {
    return Lanes.MEMORY.get(Lanes.LONG, group + number.offset());
  }

  /** One step of the program: the address of the first of two lines. */
  private long step() {
    long line = state(RowFetch.State.NEXT);
    long group = state(RowFetch.State.GROUP);
    state(RowFetch.State.NEXT, line + group(group, RowFetch.Group.STEP));
    state(RowFetch.State.REMAINING, state(RowFetch.State.REMAINING) - 1);
    if (state(RowFetch.State.REMAINING) == 0) {
      long next = group + RowFetch.GROUP_BYTES;
      state(RowFetch.State.GROUP, next);
      state(RowFetch.State.NEXT, group(next, RowFetch.Group.FIRST));
      state(RowFetch.State.REMAINING, group(next, RowFetch.Group.ROWS));
    }
    return line;
  }

  private List<Long> steps(int count) {
    List<Long> lines = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      lines.add(step() - FIRST);
    }
    return lines;
  }

  /** Whether nothing is left but the one line that the program fetches then. */
  private boolean isAtEnd() {
    List<Long> lines = steps(2);
    return lines.get(0).equals(lines.get(1)) && lines.get(0) + FIRST >= fetch.address()
        && lines.get(0) + FIRST < fetch.address() + RowFetch.BYTES;
  }

  @Test
  void allLinesOfARowAreFetchedTwoAtATime() {
    // 64 floats are 4 lines; 20 floats from byte 80 on are bytes 80 to 159, in 2 lines.
    heads(64).fetch(fetch, 0, 0, 3, 2);
    heads(20).fetch(fetch, 0, 1, 0, 2);
    assertEquals(List.of(3 * ROW_BYTES, 4 * ROW_BYTES, 3 * ROW_BYTES + 128, 4 * ROW_BYTES + 128), steps(4));
    assertEquals(List.of(64L, 64 + ROW_BYTES), steps(2));
    assertTrue(isAtEnd());
  }

  @Test
  void whatIsAskedForAtTheEndOrOnTheWayIsFetchedNext() {
    heads(16).fetch(fetch, 0, 0, 0, 2);
    assertEquals(List.of(0L), steps(1));
    heads(16).fetch(fetch, 1, 0, 0, 1);
    assertEquals(List.of(ROW_BYTES, 100 * ROW_BYTES), steps(2));
    assertTrue(isAtEnd());
    heads(16).fetch(fetch, 0, 0, 8, 1);
    assertEquals(List.of(8 * ROW_BYTES), steps(1));
    assertTrue(isAtEnd());
  }

  @Test
  void whatIsForgottenIsNotFetched() {
    heads(16).fetch(fetch, 0, 0, 0, 100);
    steps(1);
    fetch.clear();
    assertTrue(isAtEnd());
  }

  @Test
  void whatThereIsNoRoomForIsLeftOut() {
    for (int i = 0; i < RowFetch.MOST_GROUPS + 10; i++) {
      heads(16).fetch(fetch, 0, 0, i, 1);
    }
    List<Long> lines = steps(RowFetch.MOST_GROUPS);
    assertEquals((RowFetch.MOST_GROUPS - 1) * ROW_BYTES, lines.getLast());
    assertTrue(isAtEnd());
    heads(16).fetch(fetch, 0, 0, 5, 1);
    heads(16).fetch(fetch, 0, 0, 6, 0);
    assertEquals(List.of(5 * ROW_BYTES), steps(1));
    assertTrue(isAtEnd());
    memory.checkGuards();
  }

  /** A product whose sums have so many steps, each of which fetches once or more. */
  private static void multiply(Workspace workspace, int unrolledSteps) {
    int depth = unrolledSteps * HeadProgram.UNROLLED;
    int at = PanelProduct.FREE;
    PanelProduct.ofRows(workspace, workspace.right(), Accumulation.SET, at, at, at, 1, 1, depth, 0);
  }

  @Test
  void machineCodeWalksTheSameWay() {
    assumeTrue(PanelProduct.fetches(), "there is no machine code for heads here");
    Workspace workspace = Workspaces.alone();
    RowFetch own = fetch;
    RowFetch program = workspace.code().ahead();
    int parts = VectorCode.set() == InstructionSet.AVX2 ? 2 : 1;
    for (int unrolledSteps = 1; unrolledSteps <= 16; unrolledSteps++) {
      for (RowFetch each : List.of(own, program)) {
        heads(32).fetch(each, 0, 0, 0, 5);
        heads(64).fetch(each, 1, 0, unrolledSteps, 20);
      }
      multiply(workspace, unrolledSteps);
      steps(unrolledSteps * HeadProgram.FETCHED_PAIRS * parts);
      List<Long> expected = states(own);
      assertEquals(expected, states(program), unrolledSteps + " steps");
    }
    workspace.code().checkGuards();
  }

  /** The state, addresses of its own memory as distances. */
  private static List<Long> states(RowFetch fetch) {
    List<Long> numbers = new ArrayList<>();
    for (RowFetch.State number : RowFetch.State.values()) {
      long value = Lanes.MEMORY.get(Lanes.LONG, fetch.address() + number.offset());
      boolean own = value >= fetch.address() && value < fetch.address() + RowFetch.BYTES;
      numbers.add(own ? value - fetch.address() : value);
    }
    return numbers;
  }
}
