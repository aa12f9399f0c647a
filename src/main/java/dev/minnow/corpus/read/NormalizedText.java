package dev.minnow.corpus.read;

import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Text as models see it, whatever it was: well-formed UTF-8 without a byte order mark, with lines that end in LF. CRLF, a lone CR, vertical
 * tab and form feed become LF. NUL, the other control characters of ASCII (but for tab) and DEL are dropped and counted.
 *
 * <p>The encoding is that of a byte order mark; else the one asked for; else UTF-16 if the NULs of the first 8 KiB stand as in UTF-16; else
 * the first byte beyond ASCII and the 64 KiB from there decide: UTF-8 if at least a tenth of the sequences beyond ASCII are well-formed,
 * otherwise Windows-1252, of which Latin-1 is a part. What is not well-formed becomes U+FFFD, one for each maximal subpart, and is counted.
 *
 * <p>Reusable, for one thread. Closing it does nothing: what it reads from stays the caller's.
 */
public final class NormalizedText extends InputStream {
  /** How much decides the encoding; also the unit of reading, so that no decision hangs on how much a stream gives at a time. */
  static final int WINDOW_BYTES = 1 << 16;

  /** Bytes that stay as they are, by value: ASCII without control characters but tab and line feed. */
  private static final boolean[] PLAIN = new boolean[256];

  static {
    Arrays.fill(PLAIN, ' ', 0x7F, true);
    PLAIN['\t'] = true;
    PLAIN['\n'] = true;
  }

  private final byte[] raw = new byte[WINDOW_BYTES];
  /** Every byte may become the three of U+FFFD. */
  private final byte[] ready = new byte[3 * WINDOW_BYTES];
  private final byte[] single = new byte[1];

  private InputStream in = InputStream.nullInputStream();
  /** Bytes [next, end) of {@code raw} are not yet normalized. */
  private int next;
  private int end;
  private boolean exhausted;
  /** Why the input ended, if not because it was read to its end. */
  private @Nullable IOException fault;
  private boolean afterReturn;
  /** Bytes [delivered, readyEnd) of {@code ready} are not yet read. */
  private int delivered;
  private int readyEnd;
  /** Null as long as there was nothing but ASCII. */
  private @Nullable Charset encoding;
  private long replaced;
  private long dropped;

  /**
   * Starts on the bytes of a file.
   *
   * @param asked the encoding of what has no byte order mark; null to find out
   * @throws IOException if they are no text
   */
  public void open(InputStream bytes, @Nullable Charset asked) throws IOException {
    start(bytes);
    @Nullable Charset marked = Encodings.ofMark(raw, end);
    @Nullable Charset wide = marked == null && asked == null ? Encodings.ofNulPattern(raw, end) : null;
    encoding = marked != null ? marked : asked != null ? asked : wide;
    if (encoding != null && !encoding.equals(StandardCharsets.UTF_8)) {
      transcode(encoding);
      fill();
    }
    if (Encodings.looksBinary(raw, end)) {
      throw new ReadingFault(ProblemKind.NOT_TEXT, "is a binary file and no text; leave it out.");
    }
    skipMark();
  }

  /** Starts on bytes that were made from characters. */
  public void openUtf8(InputStream bytes) {
    start(bytes);
    encoding = StandardCharsets.UTF_8;
    skipMark();
  }

  private void start(InputStream bytes) {
    in = bytes;
    next = 0;
    end = 0;
    exhausted = false;
    fault = null;
    afterReturn = false;
    delivered = 0;
    readyEnd = 0;
    encoding = null;
    replaced = 0;
    dropped = 0;
    fill();
  }

  private void skipMark() {
    if (end >= 3 && (raw[0] & 0xFF) == 0xEF && (raw[1] & 0xFF) == 0xBB && (raw[2] & 0xFF) == 0xBF) {
      next = 3;
    }
  }

  /** What the bytes so far were read as. */
  public Charset encoding() {
    return encoding == null ? StandardCharsets.UTF_8 : encoding;
  }

  /** How many times U+FFFD took the place of what is no character. */
  public long replacedCharacters() {
    return replaced;
  }

  /** How many control characters were dropped. */
  public long droppedControls() {
    return dropped;
  }

  @Override
  public int read() throws IOException {
    return read(single, 0, 1) < 0 ? -1 : single[0] & 0xFF;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    while (delivered == readyEnd && !(exhausted && next == end)) {
      fill();
      normalize();
    }
    if (delivered == readyEnd) {
      if (fault != null) {
        throw fault;
      }
      return -1;
    }
    int count = Math.min(length, readyEnd - delivered);
    System.arraycopy(ready, delivered, into, offset, count);
    delivered += count;
    return count;
  }

  /** Reads until the window is full. What stands before a fault is text all the same, so the fault waits until that is read. */
  private void fill() {
    System.arraycopy(raw, next, raw, 0, end - next);
    end -= next;
    next = 0;
    try {
      while (end < WINDOW_BYTES && !exhausted) {
        int count = in.read(raw, end, WINDOW_BYTES - end);
        exhausted = count < 0;
        end += Math.max(count, 0);
      }
    } catch (IOException e) {
      exhausted = true;
      fault = e;
    }
  }

  /** Reads all that is not yet normalized anew, in another encoding. */
  private void transcode(Charset charset) throws IOException {
    PushbackInputStream rest = new PushbackInputStream(in, WINDOW_BYTES);
    rest.unread(raw, next, end - next);
    in = new Utf8Bytes(new CharsetReader(rest, charset, count -> replaced += count), count -> replaced += count);
    next = 0;
    end = 0;
    exhausted = false;
  }

  /** Takes from {@code raw} what can be taken now. */
  private void normalize() throws IOException {
    delivered = 0;
    int out = 0;
    while (next < end) {
      byte b = raw[next];
      if (afterReturn) {
        afterReturn = false;
        if (b == '\n') {
          next++;
          continue;
        }
      }
      if (PLAIN[b & 0xFF]) {
        int from = next;
        next = plainEnd(from + 1);
        System.arraycopy(raw, from, ready, out, next - from);
        out += next - from;
      } else if (b < 0) {
        if (encoding == null && !decide()) {
          break;
        }
        int length = Utf8Sequence.length(raw, next, end, exhausted);
        if (length == 0) {
          break;
        }
        if (length > 0) {
          for (int i = 0; i < length; i++) {
            ready[out++] = raw[next + i];
          }
        } else {
          ready[out++] = (byte) 0xEF;
          ready[out++] = (byte) 0xBF;
          ready[out++] = (byte) 0xBD;
          replaced++;
        }
        next += Math.abs(length);
      } else {
        next++;
        afterReturn = b == '\r';
        if (b == '\r' || b == '\f' || b == 0x0B) {
          ready[out++] = '\n';
        } else {
          dropped++;
        }
      }
    }
    readyEnd = out;
  }

  private int plainEnd(int from) {
    int at = from;
    while (at < end && PLAIN[raw[at] & 0xFF]) {
      at++;
    }
    return at;
  }

  /** Decides the encoding, if the whole window is at hand. */
  private boolean decide() throws IOException {
    if (next > 0 && !exhausted) {
      return false;
    }
    encoding = Encodings.ofWindow(raw, next, end, exhausted);
    if (encoding.equals(StandardCharsets.UTF_8)) {
      return true;
    }
    transcode(encoding);
    return false;
  }
}
