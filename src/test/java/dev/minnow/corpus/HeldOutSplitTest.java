package dev.minnow.corpus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HeldOutSplitTest {
  private static TextPiece piece(String name, int index, String text) {
    return new TextPiece(name, index, text.getBytes(StandardCharsets.UTF_8), true);
  }

  private static CorpusTotals totals(List<TextPiece> pieces) {
    TotalsCounter counter = new TotalsCounter();
    pieces.forEach(counter::add);
    return counter.totals();
  }

  private static int[] heldOutFrom(List<TextPiece> pieces, double fraction) {
    HeldOutSplit split = new HeldOutSplit(totals(pieces), fraction);
    return pieces.stream().mapToInt(split::heldOutFrom).toArray();
  }

  private static List<TextPiece> manyDocuments(int count) {
    List<TextPiece> pieces = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      pieces.add(piece("d" + i, 0, "text number " + i));
      if (i % 10 == 0) {
        pieces.add(piece("d" + i, 1, "the rest"));
      }
    }
    return pieces;
  }

  /** Two documents of 6 and 4 bytes, the first in two pieces. */
  @ParameterizedTest
  @CsvSource({"0, 3 3 4", "0.1, 3 3 3", "0.4, 3 3 0", "0.5, 3 2 0", "0.75, 2 0 0", "0.99, 0 0 0", "1e-9, 3 3 3"})
  void ofFewDocumentsTheEndIsHeldOut(double fraction, String expected) {
    List<TextPiece> pieces = List.of(piece("a", 0, "abc"), piece("a", 1, "def"), piece("b", 0, "ghij"));
    StringBuilder seen = new StringBuilder();
    for (int from : heldOutFrom(pieces, fraction)) {
      seen.append(from).append(' ');
    }
    assertEquals(expected, seen.toString().strip());
  }

  @Test
  void theCutIsBetweenCharacters() {
    assertEquals(3, heldOutFrom(List.of(piece("a", 0, "€€€")), 0.5)[0]);
    assertEquals(3, heldOutFrom(List.of(piece("a", 0, "€€€")), 0.4)[0]);
    assertEquals(6, heldOutFrom(List.of(piece("a", 0, "€€€")), 0.3)[0]);
  }

  /** The tenth that nanoGPT holds out of tiny Shakespeare, 1,115,394 bytes: everything from byte 1,003,854. */
  @Test
  void aTenthOfTinyShakespeareIsTheTenthThatOthersMeasure() {
    assertEquals(1_003_854, heldOutFrom(List.of(piece("a", 0, "x".repeat(1_115_394))), 0.1)[0]);
  }

  @Test
  void ofManyDocumentsWholeOnesAreHeldOutAboutAsManyAsAskedFor() {
    List<TextPiece> pieces = manyDocuments(2000);
    int[] from = heldOutFrom(pieces, 0.1);
    int heldOut = 0;
    for (int i = 0; i < from.length; i++) {
      assertTrue(from[i] == 0 || from[i] == pieces.get(i).utf8().length);
      if (!pieces.get(i).first()) {
        assertEquals(from[i - 1] == 0, from[i] == 0, "both pieces of " + pieces.get(i).document());
      } else if (from[i] == 0) {
        heldOut++;
      }
    }
    // 200 expected, deviation 13.4, six of them allowed.
    assertEquals(200, heldOut, 81);
  }

  @Test
  void copiesOfADocumentFallOnOneSideWhateverTheirNameAndPlace() {
    List<TextPiece> pieces = manyDocuments(300);
    List<TextPiece> reversed = new ArrayList<>();
    pieces.reversed().stream().filter(p -> p.first()).forEach(p -> reversed.add(new TextPiece("copy", 0, p.utf8(), true)));
    List<TextPiece> both = new ArrayList<>(pieces);
    both.addAll(reversed);
    int[] from = heldOutFrom(both, 0.3);
    List<TextPiece> firsts = pieces.stream().filter(p -> p.first()).toList();
    for (int i = 0; i < reversed.size(); i++) {
      int original = pieces.indexOf(firsts.get(firsts.size() - 1 - i));
      assertEquals(from[original], from[pieces.size() + i]);
    }
  }

  @Test
  void aSmallFractionOfManyDocumentsStillHoldsOneOut() {
    long heldOut = java.util.Arrays.stream(heldOutFrom(manyDocuments(105), 1e-9)).filter(from -> from == 0).count();
    assertTrue(heldOut >= 1 && heldOut <= 2, () -> heldOut + " pieces");
  }

  @ParameterizedTest
  @ValueSource(ints = {99, 100})
  void aFractionOfZeroHoldsNothingOut(int documents) {
    List<TextPiece> pieces = manyDocuments(documents);
    int[] from = heldOutFrom(pieces, 0);
    for (int i = 0; i < from.length; i++) {
      assertEquals(pieces.get(i).utf8().length, from[i]);
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.1, 1, Double.NaN, Double.POSITIVE_INFINITY})
  void fractionsOutsideAreRefused(double fraction) {
    assertThrows(IllegalArgumentException.class, () -> new HeldOutSplit(new CorpusTotals(1, 1, 1, 1), fraction));
  }
}
