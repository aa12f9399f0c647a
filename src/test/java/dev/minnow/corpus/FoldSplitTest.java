package dev.minnow.corpus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FoldSplitTest {
  private static List<TextPiece> documents(int count) {
    List<TextPiece> pieces = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      boolean long_ = i % 7 == 3;
      pieces.add(new TextPiece("d" + i, 0, ("text €" + i).getBytes(StandardCharsets.UTF_8), !long_));
      if (long_) {
        pieces.add(new TextPiece("d" + i, 1, "the rest".getBytes(StandardCharsets.UTF_8), true));
      }
    }
    return pieces;
  }

  private static List<FoldSplit.Range> heldOut(List<TextPiece> pieces, int number, int count, long seed) {
    TotalsCounter counter = new TotalsCounter();
    pieces.forEach(counter::add);
    FoldSplit split = new FoldSplit(counter.totals(), new Fold(number, count, seed));
    return pieces.stream().map(split::heldOut).toList();
  }

  /** By text, by documents and by hash. */
  @ParameterizedTest
  @CsvSource({"1, 2", "1, 5", "3, 5", "4, 5", "5, 5", "12, 5", "99, 3", "100, 5", "300, 2", "300, 10"})
  void foldsHoldOutEveryByteOnceAndNoneIsEmpty(int documents, int folds) {
    List<TextPiece> pieces = documents(documents);
    int[][] heldOutBytes = pieces.stream().map(piece -> new int[piece.utf8().length]).toArray(int[][]::new);
    for (int number = 1; number <= folds; number++) {
      List<FoldSplit.Range> ranges = heldOut(pieces, number, folds, 8);
      int bytes = 0;
      for (int i = 0; i < ranges.size(); i++) {
        for (int at = ranges.get(i).from(); at < ranges.get(i).to(); at++) {
          heldOutBytes[i][at]++;
          bytes++;
        }
      }
      assertTrue(bytes > 0, "fold " + number);
    }
    for (int[] bytes : heldOutBytes) {
      for (int times : bytes) {
        assertEquals(1, times);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"12, 5", "99, 3", "300, 10"})
  void documentsAreHeldOutWholeAndAreOthersForAnotherSeed(int documents, int folds) {
    List<TextPiece> pieces = documents(documents);
    List<FoldSplit.Range> ranges = heldOut(pieces, 2, folds, 8);
    for (int i = 0; i < pieces.size(); i++) {
      assertTrue(ranges.get(i).from() == 0 || ranges.get(i).from() == pieces.get(i).utf8().length);
      assertEquals(pieces.get(i).utf8().length, ranges.get(i).to());
      assertTrue(pieces.get(i).first() || (ranges.get(i).from() == 0) == (ranges.get(i - 1).from() == 0), "document " + i);
    }
    assertEquals(ranges, heldOut(pieces, 2, folds, 8));
    assertNotEquals(ranges, heldOut(pieces, 2, folds, 9));
  }

  @Test
  void foldsOfFewDocumentsAreAboutAsLarge() {
    List<TextPiece> pieces = documents(12);
    for (int number = 1; number <= 5; number++) {
      long held = heldOut(pieces, number, 5, 8).stream().filter(range -> range.from() == 0).count();
      assertTrue(held >= 2 && held <= 5, held + " pieces in fold " + number);
    }
  }

  @Test
  void copiesOfADocumentAreInOneFold() {
    List<TextPiece> pieces = new ArrayList<>(documents(200));
    pieces.add(new TextPiece("copy", 0, pieces.getFirst().utf8(), true));
    for (int number = 1; number <= 5; number++) {
      List<FoldSplit.Range> ranges = heldOut(pieces, number, 5, 8);
      assertEquals(ranges.getFirst().from(), ranges.getLast().from(), "fold " + number);
    }
  }
}
