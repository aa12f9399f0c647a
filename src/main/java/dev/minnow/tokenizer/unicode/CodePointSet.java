package dev.minnow.tokenizer.unicode;

import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.util.Arrays;
import java.util.function.IntPredicate;

/** An immutable set of code points. */
public final class CodePointSet {
  private static final int END = Character.MAX_CODE_POINT + 1;

  private interface Combination {
    boolean holds(boolean inThis, boolean inOther);
  }

  /** Ascending: the first code point in, the next one out again, the next one in, ... */
  private final int[] bounds;

  /** Bit by ASCII character, because most text is that. */
  private final long low;

  private final long high;

  private CodePointSet(int[] bounds) {
    this.bounds = bounds;
    this.low = bits(0);
    this.high = bits(64);
  }

  public static CodePointSet of(int codePoint) {
    return range(codePoint, codePoint);
  }

  /** Both ends belong to it. */
  public static CodePointSet range(int first, int last) {
    return new CodePointSet(new int[] {first, last + 1});
  }

  public static CodePointSet all() {
    return range(0, Character.MAX_CODE_POINT);
  }

  public static CodePointSet none() {
    return new CodePointSet(new int[0]);
  }

  /** All code points that satisfy a condition; asks for each of the million. */
  static CodePointSet where(IntPredicate condition) {
    IntArrayList bounds = new IntArrayList();
    boolean inside = false;
    for (int c = 0; c < END; c++) {
      if (condition.test(c) != inside) {
        bounds.add(c);
        inside = !inside;
      }
    }
    if (inside) {
      bounds.add(END);
    }
    return new CodePointSet(bounds.toIntArray());
  }

  public boolean contains(int codePoint) {
    if (codePoint < 128) {
      return ((codePoint < 64 ? low : high) >>> codePoint & 1) != 0;
    }
    return isInside(codePoint);
  }

  public CodePointSet union(CodePointSet other) {
    return combine(other, (mine, others) -> mine || others);
  }

  public CodePointSet intersection(CodePointSet other) {
    return combine(other, (mine, others) -> mine && others);
  }

  public CodePointSet complement() {
    return combine(all(), (mine, others) -> !mine && others);
  }

  public boolean isDisjoint(CodePointSet other) {
    return intersection(other).isEmpty();
  }

  boolean isEmpty() {
    return bounds.length == 0;
  }

  /** Whether any code point above ASCII belongs to it. */
  public boolean hasNonAscii() {
    return bounds.length > 0 && bounds[bounds.length - 1] > 128;
  }

  /** Both sets' bounds in order; inside are the code points that at least one contains, or both, or only the other. */
  private CodePointSet combine(CodePointSet other, Combination combination) {
    IntArrayList combined = new IntArrayList();
    int mine = 0;
    int others = 0;
    boolean inside = false;
    while (mine < bounds.length || others < other.bounds.length) {
      int nextMine = mine < bounds.length ? bounds[mine] : Integer.MAX_VALUE;
      int nextOther = others < other.bounds.length ? other.bounds[others] : Integer.MAX_VALUE;
      int next = Math.min(nextMine, nextOther);
      mine += nextMine == next ? 1 : 0;
      others += nextOther == next ? 1 : 0;
      if (combination.holds((mine & 1) != 0, (others & 1) != 0) != inside) {
        combined.add(next);
        inside = !inside;
      }
    }
    return new CodePointSet(combined.toIntArray());
  }

  private long bits(int first) {
    long bits = 0;
    for (int i = 0; i < 64; i++) {
      bits |= isInside(first + i) ? 1L << i : 0;
    }
    return bits;
  }

  private boolean isInside(int codePoint) {
    int at = Arrays.binarySearch(bounds, codePoint);
    // Found at an even place it goes in there; not found, -at - 1 bounds are below.
    return at >= 0 ? (at & 1) == 0 : (-at - 1 & 1) != 0;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof CodePointSet set && Arrays.equals(bounds, set.bounds);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bounds);
  }
}
