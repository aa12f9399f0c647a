package dev.minnow.corpus;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Text as models see it: strictly valid UTF-8, no NUL, no byte order mark at the start, CRLF made LF. Reusable, for one thread. */
final class NormalizedText {
  private static final int RAW_BYTES = 1 << 16;

  private final CharsetDecoder decoder =
      StandardCharsets.UTF_8.newDecoder().onMalformedInput(CodingErrorAction.REPORT).onUnmappableCharacter(CodingErrorAction.REPORT);
  private final CharBuffer decoded = CharBuffer.allocate(RAW_BYTES);
  private final byte[] raw = new byte[RAW_BYTES];

  private String name = "";
  private InputStream in = InputStream.nullInputStream();
  /** Place in the input of raw[0]. */
  private long rawOffset;
  /** Bytes [next, checked) of {@code raw} are valid UTF-8 and not yet delivered, [checked, end) may be the start of a character. */
  private int next;
  private int checked;
  private int end;
  private boolean exhausted;

  /** Starts on another input. */
  void open(String newName, InputStream newIn) {
    name = newName;
    in = newIn;
    rawOffset = 0;
    next = 0;
    checked = 0;
    end = 0;
    exhausted = false;
    decoder.reset();
  }

  /**
   * Fills {@code into} from {@code from} to {@code to}, less only at the end of the text.
   *
   * @return how many bytes came
   * @throws CorpusException if the input is not text in UTF-8
   */
  int read(byte[] into, int from, int to) throws IOException {
    int out = from;
    while (out < to) {
      if (checked - next < 2) {
        fill();
        if (next == checked) {
          break;
        }
      }
      // The last byte waits for the one after it, in case the two are CR and LF.
      int limit = exhausted ? checked : checked - 1;
      while (out < to && next < limit) {
        byte b = raw[next++];
        if (b == 0) {
          throw binary(name, rawOffset + next - 1);
        }
        if (b == '\r' && next < checked && raw[next] == '\n') {
          continue;
        }
        into[out++] = b;
      }
    }
    return out - from;
  }

  /** Makes at least two bytes deliverable, unless the input ends. */
  private void fill() throws IOException {
    System.arraycopy(raw, next, raw, 0, end - next);
    rawOffset += next;
    checked -= next;
    end -= next;
    next = 0;
    while (checked - next < 2 && !exhausted) {
      int count = in.read(raw, end, RAW_BYTES - end);
      if (count < 0) {
        exhausted = true;
      } else {
        end += count;
      }
      check();
    }
  }

  private void check() {
    boolean atStart = rawOffset == 0 && checked == 0;
    ByteBuffer bytes = ByteBuffer.wrap(raw, checked, end - checked);
    CoderResult result = decoder.decode(bytes, decoded.clear(), exhausted);
    if (result.isError()) {
      throw notUtf8(bytes.position());
    }
    checked = bytes.position();
    if (atStart && checked >= 3 && raw[0] == (byte) 0xEF && raw[1] == (byte) 0xBB && raw[2] == (byte) 0xBF) {
      next = 3;
    }
  }

  private CorpusException notUtf8(int at) {
    long offset = rawOffset + at;
    boolean utf16 = offset == 0 && end >= 2 && (raw[0] & raw[1] & 0xFE) == 0xFE && raw[0] != raw[1];
    if (!utf16 && DocumentReader.looksBinary(Arrays.copyOf(raw, end))) {
      return new CorpusException(name + " is a binary file and no text; leave it out.");
    }
    return new CorpusException(
        "%s is not UTF-8 text at byte %d (0x%02X); convert it first, for example with iconv -f %s -t UTF-8."
            .formatted(name, offset, raw[at] & 0xFF, utf16 ? "UTF-16" : "WINDOWS-1252"));
  }

  static CorpusException binary(String name, long offset) {
    return new CorpusException(name + " is not text: it has a NUL at byte " + offset + "; leave it out or convert it to UTF-8 text.");
  }
}
