package dev.minnow.corpus.fetch;

import dev.minnow.corpus.fetch.FetchFailure.Remedy;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Brings the bytes of one address into a {@link PartialFile}, in as many requests as it takes. */
final class Download {
  /** An attempt that brings this much was worth it, and the count of those in vain begins anew. */
  private static final long WORTHWHILE_BYTES = 1 << 20;

  private static final Pattern CONTENT_RANGE = Pattern.compile("bytes ([0-9]{1,18})-[0-9]{1,18}/(?:([0-9]{1,18})|\\*)");

  private final RemoteFile file;
  private final URI address;
  private final PartialFile part;
  private final HttpSource source;
  private final FetchLimits limits;
  private final LongConsumer onBytes;
  private boolean answered;
  private boolean pieced;

  /** @param onBytes hears how many bytes there are */
  Download(RemoteFile file, URI address, PartialFile part, HttpSource source, FetchLimits limits, LongConsumer onBytes) {
    this.file = file;
    this.address = address;
    this.part = part;
    this.source = source;
    this.limits = limits;
    this.onBytes = onBytes;
  }

  /**
   * Returns once the server has sent all it has.
   *
   * @throws FetchFailure if it does not, after all attempts
   * @throws IOException if the bytes cannot be written
   */
  void run() throws FetchFailure, IOException, InterruptedException {
    int failed = 0;
    while (true) {
      long before = part.length();
      try {
        attempt();
        return;
      } catch (FetchFailure e) {
        failed = part.length() - before >= WORTHWHILE_BYTES ? 1 : failed + 1;
        boolean hopeless = e.remedy() == Remedy.OTHER_ADDRESS || (e.remedy() == Remedy.CONNECTION && !answered);
        if (hopeless || failed >= limits.attempts()) {
          throw e;
        }
        Thread.sleep(limits.pauseAfter(failed, e.pause()));
      }
    }
  }

  /** Whether what came last was only the rest, so that the file may be a mixture. */
  boolean isPieced() {
    return pieced;
  }

  private void attempt() throws FetchFailure, IOException, InterruptedException {
    if (file.exact() && part.length() == file.bytes()) {
      pieced = true;
      return;
    }
    PartialFile.Origin origin = part.origin();
    String validator = origin != null && origin.address().equals(address) ? origin.validator() : null;
    if ((validator == null && file.sha256() == null) || part.length() > file.mostBytes()) {
      // Nothing would tell whether the rest belongs to what is there.
      part.restart(null);
    }
    long offset = part.length();
    HttpResponse<BodyChunks> answer = source.get(address, offset, validator);
    answered = true;
    pieced = answer.statusCode() != 200;
    try (BodyChunks body = answer.body()) {
      OptionalLong total = answer.statusCode() == 200 ? begin(answer) : goOn(answer, offset, validator);
      requireFitting(total);
      copy(body, total);
    }
  }

  /** The whole file comes. */
  private OptionalLong begin(HttpResponse<?> answer) throws FetchFailure, IOException {
    String encoding = answer.headers().firstValue("Content-Encoding").orElse("identity");
    if (!encoding.equalsIgnoreCase("identity")) {
      throw new FetchFailure(Remedy.OTHER_ADDRESS, "sends the file encoded as " + shortened(encoding), null);
    }
    part.restart(new PartialFile.Origin(address, validator(answer)));
    return answer.headers().firstValueAsLong("Content-Length");
  }

  /** The rest of the file comes, if it is the rest of what is there. */
  private OptionalLong goOn(HttpResponse<?> answer, long offset, @Nullable String validator) throws FetchFailure, IOException {
    Matcher range = CONTENT_RANGE.matcher(answer.headers().firstValue("Content-Range").orElse(""));
    boolean isRest = answer.statusCode() == 206 && range.matches() && Long.parseLong(range.group(1)) == offset;
    String now = validator(answer);
    boolean changed = validator != null && now != null && isEtag(now) == isEtag(validator) && !now.equals(validator);
    if (!isRest || changed) {
      part.restart(null);
      throw new FetchFailure(Remedy.RETRY, "does not go on where the download ended", null);
    }
    return range.group(2) == null ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(range.group(2)));
  }

  /** The mark of the file's present state: a strong entity tag, else the time of its last change (RFC 9110, section 13.1.5). */
  private static @Nullable String validator(HttpResponse<?> answer) {
    Optional<String> etag = answer.headers().firstValue("ETag").filter(Download::isEtag);
    return etag.or(() -> answer.headers().firstValue("Last-Modified")).filter(text -> text.length() <= 200).orElse(null);
  }

  private static boolean isEtag(String text) {
    return text.startsWith("\"");
  }

  private void requireFitting(OptionalLong total) throws FetchFailure, IOException {
    if (total.isPresent() && (file.exact() ? total.getAsLong() != file.bytes() : total.getAsLong() > file.mostBytes())) {
      part.restart(null);
      throw new FetchFailure(
          Remedy.OTHER_ADDRESS, "has a file of " + total.getAsLong() + " bytes there instead of " + file.bytes(), null);
    }
    long needed = total.orElse(file.bytes()) - part.length();
    long usable = Files.getFileStore(part.path()).getUsableSpace();
    if (needed > usable) {
      throw new FetchException(
          String.format(
              Locale.ROOT,
              "%s needs %,d bytes more and the disk has %,d left; free some space or set MINNOW_CORPORA to a folder on another disk.",
              part.path(),
              needed,
              usable));
    }
  }

  private void copy(BodyChunks body, OptionalLong total) throws FetchFailure, IOException, InterruptedException {
    long most = total.orElse(file.mostBytes());
    for (List<ByteBuffer> chunk = next(body); !chunk.isEmpty(); chunk = next(body)) {
      for (ByteBuffer bytes : chunk) {
        if (part.length() + bytes.remaining() > most) {
          part.restart(null);
          throw new FetchFailure(Remedy.OTHER_ADDRESS, "sends more than the " + most + " bytes that belong there", null);
        }
        part.append(bytes);
      }
      onBytes.accept(part.length());
    }
    long expected = total.orElse(file.exact() ? file.bytes() : 0);
    if (part.length() < expected) {
      throw broken(null);
    }
  }

  private List<ByteBuffer> next(BodyChunks body) throws FetchFailure, InterruptedException {
    Duration patience = limits.stallTimeout();
    try {
      return body.next(patience);
    } catch (BodyChunks.StalledException e) {
      throw new FetchFailure(Remedy.RETRY, "sent nothing for " + HttpSource.seconds(patience), e);
    } catch (IOException e) {
      throw broken(e);
    }
  }

  private FetchFailure broken(@Nullable IOException cause) {
    return new FetchFailure(Remedy.RETRY, "broke off after " + part.length() + " bytes", cause);
  }

  private static String shortened(String text) {
    return text.substring(0, Math.min(text.length(), 40));
  }
}
