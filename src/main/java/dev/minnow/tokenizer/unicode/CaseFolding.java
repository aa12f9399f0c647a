package dev.minnow.tokenizer.unicode;

import it.unimi.dsi.fastutil.ints.Int2ObjectMap;
import it.unimi.dsi.fastutil.ints.Int2ObjectOpenHashMap;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Which characters differ in case only, as Unicode's CaseFolding.txt says: simple foldings, and which texts fold to several characters. */
public final class CaseFolding {
  /** Every code point that has others of the same folding, with all of them. */
  private static final Int2ObjectMap<CodePointSet> VARIANTS = variants();

  /** The characters that fold to several, such as sharp s to "ss". */
  private static final CodePointSet FOLDING_LONG = CodePointSet.where(c -> foldedLength(c) > 1);

  /** What they fold to. */
  private static final Set<String> LONG =
      IntStream.rangeClosed(0, Character.MAX_CODE_POINT)
          .filter(FOLDING_LONG::contains)
          .mapToObj(c -> fold(Character.toString(c)))
          .collect(Collectors.toUnmodifiableSet());

  private CaseFolding() {}

  /** The set and everything that differs from something in it by case only. */
  public static CodePointSet close(CodePointSet set) {
    CodePointSet closed = set;
    for (Int2ObjectMap.Entry<CodePointSet> entry : VARIANTS.int2ObjectEntrySet()) {
      if (set.contains(entry.getIntKey())) {
        closed = closed.union(entry.getValue());
      }
    }
    return closed;
  }

  /** Whether one of a set's characters stands, without regard to case, for several characters. */
  public static boolean hasLong(CodePointSet set) {
    return !set.isDisjoint(FOLDING_LONG);
  }

  /** Whether several characters at the end of a text stand, without regard to case, for one character. */
  public static boolean endsLong(String text) {
    return LONG.stream().anyMatch(fold(text)::endsWith);
  }

  /** The dotless and the dotted i differ from i in more than case, except in Turkish. */
  private static int fold(int codePoint) {
    return codePoint == 0x130 || codePoint == 0x131 ? codePoint : Character.toLowerCase(Character.toUpperCase(codePoint));
  }

  private static Int2ObjectMap<CodePointSet> variants() {
    Int2ObjectMap<CodePointSet> byFolding = new Int2ObjectOpenHashMap<>();
    for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
      int folded = fold(c);
      if (folded != c) {
        CodePointSet others = byFolding.getOrDefault(folded, CodePointSet.of(folded));
        byFolding.put(folded, others.union(CodePointSet.of(c)));
      }
    }
    Int2ObjectMap<CodePointSet> variants = new Int2ObjectOpenHashMap<>(byFolding);
    for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
      CodePointSet others = byFolding.get(fold(c));
      if (others != null) {
        variants.put(c, others);
      }
    }
    return variants;
  }

  private static int foldedLength(int codePoint) {
    if (!Character.isLetter(codePoint)) {
      return 1;
    }
    String folded = fold(Character.toString(codePoint));
    return folded.codePointCount(0, folded.length());
  }

  private static String fold(String text) {
    return text.toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT);
  }
}
