package dev.minnow.corpus.clean;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class DocumentProfileTest {
  private static DocumentProfile ofPieces(ProfileBuilder builder, String... pieces) {
    for (String piece : pieces) {
      builder.add(piece.getBytes(StandardCharsets.UTF_8));
    }
    return builder.finish();
  }

  private static boolean hasText(DocumentProfile a, DocumentProfile b) {
    return a.hashHigh() == b.hashHigh() && a.hashLow() == b.hashLow();
  }

  @Test
  void bytesGiveTheProfileBack() {
    DocumentProfile profile = Passages.profile("To Sherlock Holmes she is always the woman.\nI have seldom heard him.\n");
    byte[] bytes = profile.toBytes();
    assertEquals(DocumentProfile.BYTES, bytes.length);
    DocumentProfile back = DocumentProfile.fromBytes(bytes);
    assertArrayEquals(bytes, back.toBytes());
    assertArrayEquals(profile.signature(), back.signature());
    assertEquals(13, back.words());
    assertEquals(2, back.lines());
    assertEquals(56, back.characters());
    assertEquals(profile.likeness(), back.likeness());
    assertTrue(hasText(profile, back));
    assertThrows(IllegalArgumentException.class, () -> DocumentProfile.fromBytes(new byte[3]));
  }

  @Test
  void hashDisregardsCaseAndSpaceOnly() {
    DocumentProfile plain = Passages.profile("Straße ΟΔΟΣ, one two");
    assertTrue(hasText(plain, Passages.profile("  STRAßE\nοδος,\u3000One\tTwo\n")));
    assertTrue(!hasText(plain, Passages.profile("Straße ΟΔΟΣ one two")));
    assertTrue(!hasText(plain, Passages.profile("Straße ΟΔΟΣ, two one")));
  }

  @Test
  void piecesAndEarlierDocumentsMakeNoDifference() {
    ProfileBuilder builder = new ProfileBuilder();
    byte[] whole = ofPieces(builder, "one two three four five six\nseven").toBytes();
    assertArrayEquals(whole, ofPieces(builder, "one two three", " four five", " six\nsev".substring(0, 4), "\nseven").toBytes());
  }

  @Test
  void signaturesEstimateTheSimilarityOfShingles() {
    long seed = 42;
    SplittableRandom random = new SplittableRandom(seed);
    double squares = 0;
    int pairs = 200;
    for (int i = 0; i < pairs; i++) {
      List<String> a = new ArrayList<>();
      List<String> b = new ArrayList<>();
      double changed = random.nextDouble();
      for (int w = 0; w < 300; w++) {
        a.add("w" + random.nextInt(5000));
        b.add(random.nextDouble() < changed * changed ? "v" + random.nextInt(5000) : a.getLast());
      }
      double error = estimated(String.join(" ", a), String.join(" ", b)) - exact(a, b);
      // The deviation is 0.044 at most; five of them never happen in so few.
      assertTrue(Math.abs(error) < 0.22, "seed " + seed + ", pair " + i + ": " + error);
      squares += error * error;
    }
    assertTrue(Math.sqrt(squares / pairs) < 0.044, "seed " + seed + ": deviation " + Math.sqrt(squares / pairs));
  }

  private static double estimated(String a, String b) {
    short[] first = Passages.profile(a).signature();
    short[] second = Passages.profile(b).signature();
    int equal = 0;
    for (int i = 0; i < first.length; i++) {
      equal += first[i] == second[i] ? 1 : 0;
    }
    return (double) equal / first.length;
  }

  private static double exact(List<String> a, List<String> b) {
    Set<List<String>> first = shingles(a);
    Set<List<String>> both = shingles(b);
    int second = both.size();
    both.retainAll(first);
    return (double) both.size() / (first.size() + second - both.size());
  }

  private static Set<List<String>> shingles(List<String> words) {
    Set<List<String>> shingles = new HashSet<>();
    for (int i = 0; i + 3 <= words.size(); i++) {
      shingles.add(List.copyOf(words.subList(i, i + 3)));
    }
    return shingles;
  }

  @Test
  void filterNamesItsReason() {
    QualityFilter filter = new QualityFilter(CleaningOptions.defaults());
    assertEquals(Optional.of(DropReason.EMPTY), filter.reason(Passages.profile(" \n")));
    assertEquals(Optional.of(DropReason.TOO_SHORT), filter.reason(Passages.profile("Page 1 of 1")));
    assertEquals(Optional.of(DropReason.NOT_LANGUAGE), filter.reason(Passages.profile("0123 4567 89ab cdef ".repeat(20))));
    assertEquals(Optional.empty(), filter.reason(Passages.profile("It was the best of times, it was the worst of times.")));
    assertEquals(Optional.empty(), new QualityFilter(CleaningOptions.none()).reason(Passages.profile("0123")));
  }

  @Test
  void optionsOutOfRangeAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> new CleaningOptions(true, true, -1, 0, true, 0));
    assertThrows(IllegalArgumentException.class, () -> new CleaningOptions(true, true, 0, Double.NaN, true, 0));
    assertThrows(IllegalArgumentException.class, () -> new CleaningOptions(true, true, 0, 1.1, true, 0));
    assertThrows(IllegalArgumentException.class, () -> new CleaningOptions(true, true, 0, 0, true, 0.2));
    assertThrows(IllegalArgumentException.class, () -> new CleaningOptions(true, true, 0, 0, true, Double.NaN));
    assertNotEquals(CleaningOptions.none(), CleaningOptions.defaults());
  }
}
