package dev.minnow.corpus.clean;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Sums up one document after the other, each from its cleaned pieces in order; for one thread. */
public final class ProfileBuilder {
  private final Words words = new Words();
  private final TextHash hash = new TextHash();
  private final Shingles shingles = new Shingles();
  private final Likeness likeness = new Likeness();
  private long lines;
  private boolean insideLine;

  /** Takes the next piece of the document. */
  public void add(byte[] cleanedUtf8) {
    String text = new String(cleanedUtf8, StandardCharsets.UTF_8);
    hash.add(text);
    likeness.add(text);
    words.forEach(text, (characters, length) -> likeness.addShingle(shingles.add(Words.hash(characters, length))));
    countLines(cleanedUtf8);
  }

  private void countLines(byte[] utf8) {
    for (byte b : utf8) {
      if (b == '\n') {
        insideLine = false;
      } else if (!insideLine && b != ' ' && b != '\t') {
        insideLine = true;
        lines++;
      }
    }
  }

  /** Ends the document; the next piece begins another. */
  public DocumentProfile finish() {
    ByteBuffer digest = hash.finish();
    long characters = likeness.visible();
    long wordCount = shingles.words();
    DocumentProfile profile =
        new DocumentProfile(digest.getLong(), digest.getLong(), characters, wordCount, lines, likeness.finish(), shingles.finish());
    lines = 0;
    insideLine = false;
    return profile;
  }
}
