package dev.minnow.corpus.read;

/** What can be wrong with something that is read as text. */
public enum ProblemKind {
  /** Bytes that are no text in any encoding. */
  NOT_TEXT("Passed over because they are not text"),
  /** An archive or compressed file within an archive. */
  NESTED_ARCHIVE("Passed over because they are packed within an archive"),
  /** Neither the JSON field nor the CSV column that should hold the text. */
  WITHOUT_TEXT("Left out because their text is not where it was looked for"),
  /** A file of lines whose first ones hold no text, as those of logs do. */
  PASSED_OVER("Passed over whole because their first lines hold no text", "file"),
  /** Not what the format asks for. */
  MALFORMED("Left out because they are malformed"),
  /** Cut short, or changed since it was packed; what stands before the damage was read. */
  DAMAGED("Not read beyond some damage"),
  /** Larger, deeper or more compressed than honest text is. */
  OVER_LIMIT("Not read beyond a limit that guards against malicious files"),
  /** Refused by the operating system. */
  UNREADABLE("Left out because they cannot be read"),
  /** Read, but from another encoding than UTF-8. */
  OTHER_ENCODING("Read from another encoding than UTF-8"),
  /** Read, with U+FFFD in place of bytes or half surrogate pairs that are no character. */
  REPLACED_CHARACTERS("Read with U+FFFD for what is no character in their encoding"),
  /** Read, without its control characters. */
  DROPPED_CONTROLS("Read without their control characters");

  private final String phrase;
  private final String unit;

  ProblemKind(String phrase) {
    this(phrase, "document");
  }

  ProblemKind(String phrase, String unit) {
    this.phrase = phrase;
    this.unit = unit;
  }

  /** What became of such documents, and why. */
  public String phrase() {
    return phrase;
  }

  /** What such problems are counted in. */
  public String unit() {
    return unit;
  }
}
