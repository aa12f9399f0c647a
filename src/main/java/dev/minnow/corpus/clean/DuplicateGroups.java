package dev.minnow.corpus.clean;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.IntPredicate;

/** Which documents of a corpus are copies of one another, exact or near. */
public final class DuplicateGroups {
  /**
   * Groups the documents whose profiles, {@link DocumentProfile#BYTES} each, are the records of a file.
   *
   * @param profiles the file; document i at i * BYTES
   * @param considered the documents to look at; all others are alone in their group
   * @param similarity see {@link CleaningOptions#similarity}; 0 leaves everyone alone
   */
  public static DuplicateGroups find(Path profiles, IntPredicate considered, double similarity) throws IOException {
    return new DuplicateGroups();
  }

  /** How many documents the file holds. */
  public int documents() {
    return 0;
  }

  /** The smallest index in the document's group. */
  public int group(int document) {
    return document;
  }

  /** The document that stands for the group: the one of most characters, the first of those. */
  public int representative(int document) {
    return document;
  }

  /** Why the document is to be left out, or nothing for the representative. */
  public Optional<DropReason> reason(int document) {
    return Optional.empty();
  }
}
