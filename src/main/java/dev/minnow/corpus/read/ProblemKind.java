package dev.minnow.corpus.read;

/** What can be wrong with something that is read as text. */
public enum ProblemKind {
  /** Bytes that are no text in any encoding. */
  NOT_TEXT("not text and passed over"),
  /** An archive or compressed file within an archive. */
  NESTED_ARCHIVE("archives within archives and passed over"),
  /** Neither the JSON field nor the CSV column that should hold the text. */
  WITHOUT_TEXT("without text where it was looked for"),
  /** Not what the format asks for. */
  MALFORMED("malformed and left out"),
  /** Cut short, or changed since it was packed; what stands before the damage was read. */
  DAMAGED("damaged, and not read beyond the damage"),
  /** Larger, deeper or more compressed than honest text is. */
  OVER_LIMIT("beyond a limit that guards against malicious files"),
  /** Refused by the operating system. */
  UNREADABLE("not readable"),
  /** Read, but from another encoding than UTF-8. */
  OTHER_ENCODING("not UTF-8 and read in another encoding"),
  /** Read, with U+FFFD in place of bytes or half surrogate pairs that are no character. */
  REPLACED_CHARACTERS("with bytes or surrogates that are no character, replaced by U+FFFD"),
  /** Read, without its control characters. */
  DROPPED_CONTROLS("with control characters, which were dropped");

  private final String phrase;

  ProblemKind(String phrase) {
    this.phrase = phrase;
  }

  /** What is said of the documents: "3 documents are PHRASE". */
  public String phrase() {
    return phrase;
  }

  /** Whether text is missing; otherwise it was only changed. */
  public boolean losesText() {
    return compareTo(OTHER_ENCODING) < 0;
  }
}
