package dev.minnow.corpus.clean;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Optional;
import java.util.function.IntPredicate;

/**
 * Which documents of a corpus are copies of one another, exact or near. Groups are closed: a document belongs to a group when it is much
 * like any member, so that near-copies never stand in two. The result depends on the profiles and their order alone. In memory, 16 bytes
 * a document.
 */
public final class DuplicateGroups {
  /**
   * Most documents of a bucket that a further one is compared with. Documents in one bucket that are not alike share a template; so many
   * kinds of them are told apart, and the rest meets in other bands.
   */
  private static final int MOST_KINDS = 16;

  /** Says whether two documents belong together. */
  private interface Comparison {
    boolean alike(int document, int other);
  }

  private final DisjointSets groups;
  /** Of each group's smallest document, the one that stands for it. */
  private final int[] representatives;
  /** Documents whose text an earlier one has. */
  private final BitSet copies;

  private DuplicateGroups(DisjointSets groups, int[] representatives, BitSet copies) {
    this.groups = groups;
    this.representatives = representatives;
    this.copies = copies;
  }

  /**
   * Groups the documents whose profiles, {@link DocumentProfile#BYTES} each, are the records of a file.
   *
   * @param profiles the file; document i at i * BYTES
   * @param considered the documents to look at; all others are alone in their group
   * @param similarity see {@link CleaningOptions#similarity}; 0 leaves everyone alone
   * @throws dev.minnow.corpus.CorpusException if the file is not whole records
   */
  public static DuplicateGroups find(Path profiles, IntPredicate considered, double similarity) throws IOException {
    try (ProfileFile file = new ProfileFile(profiles)) {
      int documents = file.documents();
      DisjointSets groups = new DisjointSets(documents);
      BitSet copies = new BitSet(documents);
      if (similarity > 0) {
        joinAll(file, considered, similarity, groups, copies);
      }
      return new DuplicateGroups(groups, representatives(file, groups), copies);
    }
  }

  private static void joinAll(ProfileFile file, IntPredicate considered, double similarity, DisjointSets groups, BitSet copies) {
    // The high half of a key is a hash, the low half the document.
    long[] keys = new long[file.documents()];
    int count = 0;
    for (int i = 0; i < keys.length; i++) {
      if (considered.test(i)) {
        keys[count++] = key((int) file.hashHigh(i), i);
      }
    }
    joinBuckets(keys, count, groups, (document, other) -> {
      boolean same = file.hasText(document, other);
      if (same) {
        copies.set(document);
      }
      return same;
    });
    Banding banding = Banding.of(similarity);
    int enough = (int) Math.ceil(similarity * DocumentProfile.SIGNATURE_VALUES);
    for (int band = 0; band < banding.bands(); band++) {
      count = 0;
      for (int i = 0; i < keys.length; i++) {
        // Of exact copies, the first is compared; documents without words have empty signatures, which say nothing.
        if (!copies.get(i) && considered.test(i) && file.words(i) > 0) {
          keys[count++] = key(file.band(i, band * banding.values(), banding.values()), i);
        }
      }
      joinBuckets(keys, count, groups, (document, other) -> file.equalValues(document, other) >= enough);
    }
  }

  private static long key(int hash, int document) {
    return (long) hash << Integer.SIZE | document;
  }

  /** Joins documents of equal hashes that are alike; each is compared with the first of each kind in its bucket. */
  private static void joinBuckets(long[] keys, int count, DisjointSets groups, Comparison comparison) {
    Arrays.sort(keys, 0, count);
    int[] firsts = new int[MOST_KINDS];
    int kinds = 0;
    for (int i = 0; i < count; i++) {
      boolean continues = i > 0 && keys[i] >> Integer.SIZE == keys[i - 1] >> Integer.SIZE;
      kinds = continues ? kinds : 0;
      int document = (int) keys[i];
      if (!joinOne(document, firsts, kinds, groups, comparison) && kinds < MOST_KINDS) {
        firsts[kinds++] = document;
      }
    }
  }

  private static boolean joinOne(int document, int[] firsts, int kinds, DisjointSets groups, Comparison comparison) {
    for (int k = 0; k < kinds; k++) {
      if (groups.find(document) == groups.find(firsts[k])) {
        return true;
      }
      if (comparison.alike(document, firsts[k])) {
        groups.join(document, firsts[k]);
        return true;
      }
    }
    return false;
  }

  private static int[] representatives(ProfileFile file, DisjointSets groups) {
    int[] representatives = new int[file.documents()];
    for (int i = 0; i < representatives.length; i++) {
      int group = groups.find(i);
      if (group == i || file.characters(i) > file.characters(representatives[group])) {
        representatives[group] = i;
      }
    }
    return representatives;
  }

  /** How many documents the file holds. */
  public int documents() {
    return representatives.length;
  }

  /** The smallest index in the document's group. */
  public int group(int document) {
    return groups.find(document);
  }

  /** The document that stands for the group, so that least is lost: the one of most characters, the first of those. */
  public int representative(int document) {
    return representatives[groups.find(document)];
  }

  /** Why the document is to be left out, or nothing for the representative. */
  public Optional<DropReason> reason(int document) {
    if (representative(document) == document) {
      return Optional.empty();
    }
    return Optional.of(copies.get(document) ? DropReason.EXACT_DUPLICATE : DropReason.NEAR_DUPLICATE);
  }
}
