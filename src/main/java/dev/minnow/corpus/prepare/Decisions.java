package dev.minnow.corpus.prepare;

import dev.minnow.corpus.CorpusException;
import dev.minnow.corpus.CorpusTotals;
import dev.minnow.corpus.clean.CleaningOptions;
import dev.minnow.corpus.clean.DocumentProfile;
import dev.minnow.corpus.clean.DropReason;
import dev.minnow.corpus.clean.DuplicateGroups;
import dev.minnow.corpus.clean.QualityFilter;
import dev.minnow.tokenizer.WholeFile;
import it.unimi.dsi.fastutil.HashCommon;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/**
 * What becomes of each document: whether it is kept, else why not and for the sake of which other one, and the hash that decides on
 * which side of the split it is, which all copies of a document share. It takes 13 bytes a document.
 */
final class Decisions {
  private static final DropReason[] REASONS = DropReason.values();

  /** 0 for a document that is kept, else 1 and the place of the reason. */
  private final byte[] fates;

  private final int[] keptInstead;
  private final long[] splitHashes;
  private final CorpusTotals kept;

  private Decisions(byte[] fates, int[] keptInstead, long[] splitHashes, CorpusTotals kept) {
    this.fates = fates;
    this.keptInstead = keptInstead;
    this.splitHashes = splitHashes;
    this.kept = kept;
  }

  int documents() {
    return fates.length;
  }

  boolean isKept(int document) {
    return fates[document] == 0;
  }

  /** Why a document is left out; nothing for one that is kept. */
  Optional<DropReason> reason(int document) {
    return isKept(document) ? Optional.empty() : Optional.of(REASONS[fates[document] - 1]);
  }

  /** The document that is kept in place of one that is left out; itself where there is none. */
  int keptInstead(int document) {
    return keptInstead[document];
  }

  /** In [0, 2^63), equal for copies of a document. */
  long splitHash(int document) {
    return splitHashes[document];
  }

  /** The documents that are kept; bytes as they were read. */
  CorpusTotals kept() {
    return kept;
  }

  /**
   * Decides.
   *
   * @param profiles one of {@link DocumentProfile#BYTES} bytes for each document
   * @param sizes bytes of each document as it was read, 8 bytes each
   */
  static Decisions make(Path profiles, Path sizes, int documents, CleaningOptions cleaning, boolean keepDuplicates) {
    byte[] fates = new byte[documents];
    int[] keptInstead = new int[documents];
    Arrays.setAll(keptInstead, document -> document);
    long[] hashes = new long[documents];
    try {
      judgeAlone(profiles, new QualityFilter(cleaning), fates, hashes);
      DuplicateGroups groups = DuplicateGroups.find(profiles, document -> fates[document] == 0, cleaning.similarity());
      for (int document = 0; document < documents; document++) {
        int first = groups.group(document);
        hashes[first] = Math.min(hashes[first], hashes[document]);
      }
      for (int document = 0; document < documents; document++) {
        // The first of its group comes first. Mixed, because the smallest of many hashes is a small one.
        int first = groups.group(document);
        hashes[document] = document == first ? HashCommon.mix(hashes[document]) >>> 1 : hashes[first];
        Optional<DropReason> reason = keepDuplicates ? Optional.empty() : groups.reason(document);
        if (reason.isPresent()) {
          fates[document] = fate(reason.get());
          keptInstead[document] = groups.representative(document);
        }
      }
      return new Decisions(fates, keptInstead, hashes, totals(sizes, fates, hashes));
    } catch (IOException e) {
      throw CorpusException.unreadable(profiles.toString(), e);
    }
  }

  private static byte fate(DropReason reason) {
    return (byte) (1 + reason.ordinal());
  }

  private static void judgeAlone(Path profiles, QualityFilter filter, byte[] fates, long[] hashes) throws IOException {
    byte[] record = new byte[DocumentProfile.BYTES];
    try (InputStream in = new BufferedInputStream(Files.newInputStream(profiles), 1 << 16)) {
      for (int document = 0; document < fates.length; document++) {
        if (in.readNBytes(record, 0, record.length) < record.length) {
          throw new EOFException();
        }
        DocumentProfile profile = DocumentProfile.fromBytes(record);
        fates[document] = filter.reason(profile).map(Decisions::fate).orElse((byte) 0);
        hashes[document] = profile.hashHigh() >>> 1;
      }
    }
  }

  private static CorpusTotals totals(Path sizes, byte[] fates, long[] hashes) throws IOException {
    long documents = 0;
    long bytes = 0;
    long smallest = Long.MAX_VALUE;
    long largest = 0;
    try (DataInputStream in = new DataInputStream(new BufferedInputStream(Files.newInputStream(sizes), 1 << 16))) {
      for (int document = 0; document < fates.length; document++) {
        long size = in.readLong();
        if (fates[document] == 0) {
          documents++;
          bytes += size;
          smallest = Math.min(smallest, hashes[document]);
          largest = Math.max(largest, hashes[document]);
        }
      }
    }
    return new CorpusTotals(documents, bytes, smallest, largest);
  }

  /** Writes the file so that it is there only when it is whole. */
  void write(Path file) {
    try {
      WholeFile.replace(file, out -> write(new DataOutputStream(out)));
    } catch (IOException e) {
      throw CorpusException.unwritable(file.toString(), e);
    }
  }

  private void write(DataOutputStream out) throws IOException {
    out.writeInt(fates.length);
    out.writeLong(kept.documents());
    out.writeLong(kept.bytes());
    out.writeLong(kept.smallestHash());
    out.writeLong(kept.largestHash());
    out.write(fates);
    for (int document = 0; document < fates.length; document++) {
      out.writeInt(keptInstead[document]);
      out.writeLong(splitHashes[document]);
    }
  }

  static Decisions read(Path file) {
    try (DataInputStream in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file), 1 << 16))) {
      int documents = in.readInt();
      if (documents < 0 || Files.size(file) != Integer.BYTES + 4 * Long.BYTES + 13L * documents) {
        throw new CorpusException(file + " is damaged; remove its folder and start again.");
      }
      CorpusTotals kept = new CorpusTotals(in.readLong(), in.readLong(), in.readLong(), in.readLong());
      byte[] fates = in.readNBytes(documents);
      int[] keptInstead = new int[documents];
      long[] hashes = new long[documents];
      for (int document = 0; document < documents; document++) {
        keptInstead[document] = in.readInt();
        hashes[document] = in.readLong();
      }
      return new Decisions(fates, keptInstead, hashes, kept);
    } catch (IOException e) {
      throw CorpusException.unreadable(file.toString(), e);
    }
  }
}
