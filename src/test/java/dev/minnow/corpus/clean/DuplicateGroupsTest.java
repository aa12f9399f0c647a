package dev.minnow.corpus.clean;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.minnow.corpus.CorpusException;
import dev.minnow.tokenizer.SharedData;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DuplicateGroupsTest {
  @TempDir
  Path folder;

  private Path write(List<DocumentProfile> profiles) throws IOException {
    Path file = folder.resolve("profiles");
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
      for (DocumentProfile profile : profiles) {
        out.write(profile.toBytes());
      }
    }
    return file;
  }

  private static DocumentProfile profile(long hash, long characters, short[] signature) {
    return new DocumentProfile(hash << 40, hash, characters, 100, 10, 1, signature);
  }

  private static short[] signature(SplittableRandom random) {
    short[] signature = new short[DocumentProfile.SIGNATURE_VALUES];
    for (int i = 0; i < signature.length; i++) {
      signature[i] = (short) random.nextInt();
    }
    return signature;
  }

  /** The signature with so many values drawn again, at random places. */
  private static short[] changed(short[] signature, int values, SplittableRandom random) {
    short[] changed = signature.clone();
    for (int i = 0; i < values; i++) {
      changed[random.nextInt(changed.length)] = (short) random.nextInt();
    }
    return changed;
  }

  @Test
  void threeEncodingsOfOneBookAreOneGroup() throws IOException {
    String ascii = text("1661.txt", StandardCharsets.US_ASCII);
    String latin = text("1661-8.txt", StandardCharsets.ISO_8859_1);
    String html = text("1661-h.htm", StandardCharsets.ISO_8859_1);
    String other = Files.readString(SharedData.require("corpora/books").resolve("Frankenstein.md"));
    DuplicateGroups groups = Passages.group(List.of(ascii, other, latin, html), CleaningOptions.defaults().similarity(), folder);
    assertEquals(List.of(0, 1, 0, 0), groupsOf(groups));
  }

  private static String text(String name, Charset charset) throws IOException {
    return Files.readString(SharedData.require("corpora/sherlock").resolve(name), charset).replace("\r\n", "\n");
  }

  private static List<Integer> groupsOf(DuplicateGroups groups) {
    return IntStream.range(0, groups.documents()).mapToObj(groups::group).toList();
  }

  @Test
  void longestStandsForItsGroupAndCopiesHaveTheirReason() throws IOException {
    SplittableRandom random = new SplittableRandom(1);
    short[] a = signature(random);
    Path file =
        write(List.of(profile(1, 500, a), profile(2, 700, changed(a, 10, random)), profile(3, 500, signature(random)), profile(1, 500, a),
            profile(2, 700, changed(a, 10, random))));
    DuplicateGroups groups = DuplicateGroups.find(file, document -> true, 0.5);
    assertEquals(List.of(0, 0, 2, 0, 0), groupsOf(groups));
    assertEquals(1, groups.representative(0));
    assertEquals(2, groups.representative(2));
    assertEquals(Optional.of(DropReason.NEAR_DUPLICATE), groups.reason(0));
    assertEquals(Optional.empty(), groups.reason(1));
    assertEquals(Optional.empty(), groups.reason(2));
    assertEquals(Optional.of(DropReason.EXACT_DUPLICATE), groups.reason(3));
    assertEquals(Optional.of(DropReason.EXACT_DUPLICATE), groups.reason(4));
  }

  @Test
  void ofAChainOnlyThoseGoThatAreLikeOneThatStays() throws IOException {
    SplittableRandom random = new SplittableRandom(1);
    short[] all = new short[DocumentProfile.SIGNATURE_VALUES * 2];
    for (int i = 0; i < all.length; i++) {
      all[i] = (short) random.nextInt();
    }
    // Each has four fifths of its values in common with the one before, and the first and the last have none.
    List<short[]> signatures = new ArrayList<>();
    List<DocumentProfile> profiles = new ArrayList<>();
    int step = DocumentProfile.SIGNATURE_VALUES / 5;
    for (int i = 0; i <= 5; i++) {
      short[] signature = new short[DocumentProfile.SIGNATURE_VALUES];
      for (int k = 0; k < signature.length; k++) {
        // A value keeps its place while it is there.
        signature[k] = all[k < i * step ? DocumentProfile.SIGNATURE_VALUES + k : k];
      }
      signatures.add(signature);
      profiles.add(profile(i + 1, 500 - i, signature));
    }
    DuplicateGroups groups = DuplicateGroups.find(write(profiles), document -> true, 0.5);
    assertEquals(List.of(0, 0, 0, 0, 0, 0), groupsOf(groups), "on one side of a split");
    int kept = 0;
    for (int i = 0; i <= 5; i++) {
      int representative = groups.representative(i);
      assertEquals(representative, groups.representative(representative));
      assertEquals(representative == i, groups.reason(i).isEmpty());
      assertTrue(likeness(signatures.get(i), signatures.get(representative)) >= 0.5, i + " for " + representative);
      kept += representative == i ? 1 : 0;
    }
    assertEquals(2, kept);
  }

  private static double likeness(short[] one, short[] other) {
    return IntStream.range(0, one.length).filter(k -> one[k] == other[k]).count() / (double) one.length;
  }

  @Test
  void whatIsNotConsideredIsAlone() throws IOException {
    short[] a = signature(new SplittableRandom(1));
    DocumentProfile one = profile(1, 500, a);
    Path file = write(List.of(one, one, one));
    assertEquals(List.of(0, 1, 0), groupsOf(DuplicateGroups.find(file, document -> document != 1, 0.5)));
    assertEquals(List.of(0, 1, 2), groupsOf(DuplicateGroups.find(file, document -> true, 0)));
    assertEquals(0, DuplicateGroups.find(write(List.of()), document -> true, 0.5).documents());
  }

  @Test
  void documentsWithoutWordsAreNoNearDuplicates() throws IOException {
    DuplicateGroups groups = Passages.group(List.of("!!!", "???", "...", "? ? ?"), 0.5, folder);
    assertEquals(List.of(0, 1, 2, 1), groupsOf(groups));
  }

  @Test
  void groupsAreThoseOfComparingAllPairs() throws IOException {
    long seed = 7;
    SplittableRandom random = new SplittableRandom(seed);
    int documents = 2000;
    short[][] signatures = new short[documents][];
    List<DocumentProfile> profiles = new ArrayList<>();
    for (int i = 0; i < documents; i++) {
      // A third of them are copies of an earlier one with up to 40 of 128 values changed: of similarity 0.69 and more, or not copies.
      boolean copy = i > 0 && random.nextInt(3) == 0;
      signatures[i] = copy ? changed(signatures[random.nextInt(i)], random.nextInt(40), random) : signature(random);
      profiles.add(profile(i, 100, signatures[i]));
    }
    DisjointSets expected = new DisjointSets(documents);
    for (int i = 0; i < documents; i++) {
      for (int j = 0; j < i; j++) {
        if (equal(signatures[i], signatures[j]) >= 64) {
          expected.join(i, j);
        }
      }
    }
    DuplicateGroups groups = DuplicateGroups.find(write(profiles), document -> true, 0.5);
    int different = 0;
    for (int i = 0; i < documents; i++) {
      different += groups.group(i) == expected.find(i) ? 0 : 1;
    }
    // Pairs just above the limit may fall into no common bucket, and take their group with them.
    assertEquals(0, different, documents * 0.02, "seed " + seed);
  }

  private static int equal(short[] a, short[] b) {
    int equal = 0;
    for (int i = 0; i < a.length; i++) {
      equal += a[i] == b[i] ? 1 : 0;
    }
    return equal;
  }

  @Test
  void bucketOfManyUnlikeDocumentsIsNotComparedPairByPair() throws IOException {
    SplittableRandom random = new SplittableRandom(3);
    Path file = folder.resolve("profiles");
    short[] template = signature(random);
    int documents = 30_000;
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
      for (int i = 0; i < documents; i++) {
        short[] signature = signature(random);
        // A quarter of the values are the template's: eight bands are the same in all.
        System.arraycopy(template, 0, signature, 0, 32);
        out.write(profile(i, 100, signature).toBytes());
      }
    }
    // Pair by pair, 8 bands of 450 million comparisons take minutes.
    DuplicateGroups groups = assertTimeout(Duration.ofSeconds(20), () -> DuplicateGroups.find(file, document -> true, 0.5));
    assertEquals(documents - 1, groups.group(documents - 1));
  }

  @Test
  void valuesThatDifferInOneBitAreDifferent() throws IOException {
    short[] a = signature(new SplittableRandom(5));
    for (int bit = 0; bit < Short.SIZE; bit++) {
      short[] b = a.clone();
      // Two bands are the same, so that the two are compared.
      for (int i = 8; i < b.length; i++) {
        b[i] ^= (short) (1 << bit);
      }
      DuplicateGroups groups = DuplicateGroups.find(write(List.of(profile(1, 1, a), profile(2, 1, b))), document -> true, 0.5);
      assertEquals(List.of(0, 1), groupsOf(groups), "bit " + bit);
    }
  }

  @Test
  void bandsFollowFromTheSimilarity() {
    assertEquals(new Banding(32, 4), Banding.of(0.5));
    for (int percent = 30; percent <= 100; percent += 5) {
      double chance = Banding.of(percent / 100.0).chance(percent / 100.0);
      assertTrue(chance >= 0.85, percent + " %: " + chance);
    }
  }

  @Test
  void brokenFileIsNamed() throws IOException {
    Path file = Files.write(folder.resolve("broken"), new byte[DocumentProfile.BYTES + 1]);
    CorpusException error = assertThrows(CorpusException.class, () -> DuplicateGroups.find(file, document -> true, 0.5));
    assertEquals(file + " ends within the profile of a document; prepare the corpus again.", error.getMessage());
  }
}
