package dev.minnow.corpus.read;

import java.io.FilterReader;
import java.io.IOException;
import java.io.Reader;

/**
 * Characters of a page, failing where its markup would take a filter too much memory or time: the filter holds all of a tag, and where a
 * tag is opened and not closed it looks for the end from each opening again.
 */
final class BoundedMarkup extends FilterReader {
  /** Longer than tags with pictures in their attributes are. */
  private static final int MOST_TAG_CHARACTERS = 1 << 23;

  /** Characters that the filter may look at in vain, some seconds' worth; and for each character of the page. */
  private static final long MOST_VAIN_CHARACTERS = 1 << 29;
  private static final int VAIN_PER_CHARACTER = 16;

  private long openings;
  private long sinceOpened;
  private long leftToLookAt = MOST_VAIN_CHARACTERS;

  BoundedMarkup(Reader reader) {
    super(reader);
  }

  @Override
  public int read(char[] into, int offset, int length) throws IOException {
    int count = super.read(into, offset, length);
    for (int i = offset; i < offset + count; i++) {
      char c = into[i];
      if (c == '>') {
        openings = 0;
      } else if (c == '<') {
        sinceOpened = openings == 0 ? 0 : sinceOpened;
        openings++;
      }
      sinceOpened++;
      leftToLookAt += VAIN_PER_CHARACTER - openings;
    }
    if (leftToLookAt < 0 || (openings > 0 && sinceOpened > MOST_TAG_CHARACTERS)) {
      throw new ReadingFault(
          ProblemKind.OVER_LIMIT, "has markup that goes on for " + sinceOpened + " characters without an end; mend it or leave it out.");
    }
    return count;
  }

  @Override
  public int read() throws IOException {
    char[] one = new char[1];
    return read(one, 0, 1) < 0 ? -1 : one[0];
  }
}
