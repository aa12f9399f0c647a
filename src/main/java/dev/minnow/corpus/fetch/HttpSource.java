package dev.minnow.corpus.fetch;

import dev.minnow.corpus.fetch.FetchFailure.Remedy;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Asks servers for files, or for the rest of one (RFC 9110, section 14), and follows redirections within bounds. */
final class HttpSource implements AutoCloseable {
  private static final int MOST_REDIRECTIONS = 5;

  private final HttpClient client;
  private final Duration patience;

  HttpSource(FetchLimits limits) {
    patience = limits.stallTimeout();
    client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(limits.connectTimeout())
            .build();
  }

  /**
   * The answer to one request, whose status is 200, 206 or 416; the caller closes its body.
   *
   * @param offset where to begin; 0 for the whole file
   * @param validator what the file must still have for a rest to be sent, or null where the hash of the whole will tell
   */
  HttpResponse<BodyChunks> get(URI address, long offset, @Nullable String validator) throws FetchFailure, InterruptedException {
    URI at = address;
    for (int redirections = 0; redirections <= MOST_REDIRECTIONS; redirections++) {
      try {
        HttpResponse<BodyChunks> answer = send(request(at, offset, validator));
        int status = answer.statusCode();
        if (status == 200 || (offset > 0 && (status == 206 || status == 416))) {
          return answer;
        }
        answer.body().close();
        if (!isRedirection(status)) {
          throw refusal(status, answer);
        }
        at = target(at, answer.headers().firstValue("Location").orElse(""));
      } catch (FetchFailure e) {
        throw redirections == 0 ? e : e.after(at);
      }
    }
    throw new FetchFailure(Remedy.OTHER_ADDRESS, "redirects more than " + MOST_REDIRECTIONS + " times", null);
  }

  private static HttpRequest request(URI address, long offset, @Nullable String validator) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(address).header("User-Agent", "minnow").header("Accept-Encoding", "identity").GET();
    if (offset > 0) {
      request.header("Range", "bytes=" + offset + "-");
      if (validator != null) {
        request.header("If-Range", validator);
      }
    }
    return request.build();
  }

  private HttpResponse<BodyChunks> send(HttpRequest request) throws FetchFailure, InterruptedException {
    CompletableFuture<HttpResponse<BodyChunks>> answer = client.sendAsync(request, head -> new BodyChunks());
    try {
      return answer.get(patience.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      answer.cancel(true);
      throw new FetchFailure(Remedy.RETRY, "did not answer within " + seconds(patience), e);
    } catch (ExecutionException e) {
      throw failure(e.getCause());
    }
  }

  private static FetchFailure failure(@Nullable Throwable cause) {
    return switch (cause) {
      case HttpConnectTimeoutException e -> new FetchFailure(Remedy.CONNECTION, "cannot be reached in time", e);
      case ConnectException e -> new FetchFailure(Remedy.CONNECTION, "cannot be reached" + because(e), e);
      case SSLException e -> new FetchFailure(Remedy.OTHER_ADDRESS, "offers no secure connection" + because(e), e);
      case IOException e -> new FetchFailure(Remedy.RETRY, "broke off before its answer" + because(e), e);
      case null, default -> new FetchFailure(Remedy.OTHER_ADDRESS, "could not be asked (" + cause + ")", cause);
    };
  }

  private static String because(Throwable e) {
    return e.getMessage() == null ? "" : " (" + e.getMessage() + ")";
  }

  static String seconds(Duration time) {
    return time.toSeconds() > 0 ? time.toSeconds() + " s" : time.toMillis() + " ms";
  }

  private static boolean isRedirection(int status) {
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
  }

  private static FetchFailure refusal(int status, HttpResponse<?> answer) {
    boolean passing = status == 408 || status == 429 || status >= 500;
    Duration pause =
        answer.headers()
            .firstValue("Retry-After")
            .filter(text -> text.matches("[0-9]{1,5}"))
            .map(Long::valueOf)
            .map(Duration::ofSeconds)
            .orElse(Duration.ZERO);
    return new FetchFailure(passing ? Remedy.RETRY : Remedy.OTHER_ADDRESS, "answered " + status, null, pause);
  }

  /** Where a redirection leads; from a secure address to none that is not. */
  static URI target(URI from, String location) throws FetchFailure {
    URI target;
    try {
      target = from.resolve(location);
    } catch (IllegalArgumentException e) {
      throw new FetchFailure(Remedy.OTHER_ADDRESS, "redirects to what is no address", e);
    }
    if (location.isEmpty() || !RemoteFile.isHttp(target)) {
      throw new FetchFailure(Remedy.OTHER_ADDRESS, "redirects to what is no web address", null);
    }
    if (from.getScheme().equalsIgnoreCase("https") && !target.getScheme().equalsIgnoreCase("https")) {
      throw new FetchFailure(Remedy.OTHER_ADDRESS, "redirects from https to http, which anyone on the way can change", null);
    }
    return target;
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
