package dev.minnow.corpus.prepare;

import dev.minnow.corpus.clean.DropReason;
import dev.minnow.corpus.read.ProblemKind;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How the text of a prepared corpus was cleaned.
 *
 * @param program the version that did it
 * @param readDocuments documents that hold text
 * @param readBytes their bytes as they were read
 * @param dropped what was left out, by reason
 * @param emptied documents all of whose lines are boilerplate
 * @param problems documents with which something was wrong when they were read, by kind
 * @param problemExamples a sentence for each kind, with its first example
 */
public record PreparationReport(String program, long readDocuments, long readBytes, Map<DropReason, Dropped> dropped, long emptied,
    Map<ProblemKind, Long> problems, List<String> problemExamples) {
  /**
   * Documents that were left out for one reason.
   *
   * @param first the first of them
   */
  public record Dropped(long documents, long bytes, List<DroppedDocument> first) {}

  /**
   * A document that was left out.
   *
   * @param kept the document that is kept in its place; null where there is none
   */
  public record DroppedDocument(String document, @Nullable String kept) {}
}
