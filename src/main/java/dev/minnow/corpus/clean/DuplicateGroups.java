package dev.minnow.corpus.clean;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Optional;
import java.util.function.IntPredicate;

/**
 * Which documents of a corpus are copies of one another, exact or near. Groups are closed: a document belongs to a group when it is much
 * like any member, so that near-copies never stand in two. Of a group those are kept of which none is much like another; the rest is like
 * one of them. The result depends on the profiles and their order alone. In memory, 16 bytes a document.
 */
public final class DuplicateGroups {
  /**
   * Most documents of a bucket that a further one is compared with. Documents in one bucket that are not alike share a template; so many
   * kinds of them are told apart, and the rest meets in other bands.
   */
  private static final int MOST_KINDS = 16;

  /** Most documents of a group that a further one of it is compared with before it is kept as well. */
  private static final int MOST_KEPT = 1024;

  /** Says whether two documents belong together. */
  private interface Comparison {
    boolean alike(int document, int other);
  }

  private final DisjointSets groups;
  /** Of each document, the one that is kept in its place: itself, or one that it is much like. */
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
      int enough = (int) Math.ceil(similarity * DocumentProfile.SIGNATURE_VALUES);
      Comparison near = (document, other) -> file.equalValues(document, other) >= enough;
      if (similarity > 0) {
        joinAll(file, considered, Banding.of(similarity), near, groups, copies);
      }
      // Documents without words have empty signatures, which say nothing.
      Comparison alike =
          (document, other) -> file.hasText(document, other)
              || file.words(document) > 0 && file.words(other) > 0 && near.alike(document, other);
      return new DuplicateGroups(groups, representatives(file, groups, alike), copies);
    }
  }

  private static void joinAll(
      ProfileFile file, IntPredicate considered, Banding banding, Comparison near, DisjointSets groups, BitSet copies) {
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
    for (int band = 0; band < banding.bands(); band++) {
      count = 0;
      for (int i = 0; i < keys.length; i++) {
        // Of exact copies, the first is compared; documents without words are near none.
        if (!copies.get(i) && considered.test(i) && file.words(i) > 0) {
          keys[count++] = key(file.band(i, band * banding.values(), banding.values()), i);
        }
      }
      joinBuckets(keys, count, groups, near);
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

  /** Keeps of each group the longest document, so that least is lost, and in their order those that are like none that is kept. */
  private static int[] representatives(ProfileFile file, DisjointSets groups, Comparison alike) {
    // The high half of a key is the group, the low half the document.
    long[] keys = new long[file.documents()];
    for (int i = 0; i < keys.length; i++) {
      keys[i] = key(groups.find(i), i);
    }
    Arrays.sort(keys);
    int[] representatives = new int[keys.length];
    for (int from = 0; from < keys.length;) {
      int to = from + 1;
      while (to < keys.length && keys[to] >> Integer.SIZE == keys[from] >> Integer.SIZE) {
        to++;
      }
      if (to - from == 1) {
        representatives[(int) keys[from]] = (int) keys[from];
      } else {
        keepOfGroup(Arrays.stream(keys, from, to).mapToInt(key -> (int) key).toArray(), representatives, file, alike);
      }
      from = to;
    }
    return representatives;
  }

  private static void keepOfGroup(int[] members, int[] representatives, ProfileFile file, Comparison alike) {
    int longest = members[0];
    for (int member : members) {
      longest = file.characters(member) > file.characters(longest) ? member : longest;
    }
    int[] kept = new int[Math.min(members.length, MOST_KEPT)];
    kept[0] = longest;
    representatives[longest] = longest;
    int count = 1;
    for (int member : members) {
      if (member == longest) {
        continue;
      }
      int like = 0;
      while (like < count && !alike.alike(member, kept[like])) {
        like++;
      }
      representatives[member] = like < count ? kept[like] : member;
      if (like == count && count < kept.length) {
        kept[count++] = member;
      }
    }
  }

  /** How many documents the file holds. */
  public int documents() {
    return representatives.length;
  }

  /** The smallest index in the document's group. */
  public int group(int document) {
    return groups.find(document);
  }

  /** The document that is kept in the place of this one, which it is much like; itself if it is kept. */
  public int representative(int document) {
    return representatives[document];
  }

  /** Why the document is to be left out, or nothing if it is kept. */
  public Optional<DropReason> reason(int document) {
    if (representative(document) == document) {
      return Optional.empty();
    }
    return Optional.of(copies.get(document) ? DropReason.EXACT_DUPLICATE : DropReason.NEAR_DUPLICATE);
  }
}
