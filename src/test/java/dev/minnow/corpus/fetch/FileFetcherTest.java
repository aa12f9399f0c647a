package dev.minnow.corpus.fetch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.minnow.tokenizer.WorkListener;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Downloads from servers on this machine, good ones and bad ones; nothing here leaves it. */
@Timeout(20)
class FileFetcherTest {
  private static final byte[] TEXT = bytes(1, 300_000);
  private static final String TAG = "\"one\"";

  /** Long enough for a busy machine; pauses are short. */
  private static final FetchLimits PATIENT = new FetchLimits(Duration.ofSeconds(8), Duration.ofSeconds(8), 3, Duration.ofMillis(1));

  @TempDir
  Path folder;

  private final List<String> notices = new ArrayList<>();
  private final List<long[]> progress = new ArrayList<>();

  private static byte[] bytes(long seed, int count) {
    byte[] bytes = new byte[count];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  private static String sha256(byte[] bytes) throws NoSuchAlgorithmException {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }

  private static RemoteFile remote(byte[] bytes, URI... addresses) throws NoSuchAlgorithmException {
    return new RemoteFile("text.txt", List.of(addresses), bytes.length, true, sha256(bytes));
  }

  private static RemoteFile withoutHash(byte[] bytes, URI... addresses) {
    return new RemoteFile("text.txt", List.of(addresses), bytes.length, true, null);
  }

  private Path fetch(RemoteFile file) {
    return fetch(file, PATIENT);
  }

  private Path fetch(RemoteFile file, FetchLimits limits) {
    WorkListener listener =
        new WorkListener() {
          @Override
          public void working(String what, long done, long total) {
            if (what.startsWith("fetching")) {
              progress.add(new long[] {done, total});
            }
          }

          @Override
          public void noticed(String sentence) {
            notices.add(sentence);
          }
        };
    return new FileFetcher(listener, limits).fetch(file, folder.resolve("title"), "title", "free");
  }

  private static FetchLimits stallingAfter(int millis) {
    return new FetchLimits(Duration.ofSeconds(8), Duration.ofMillis(millis), 3, Duration.ofMillis(1));
  }

  private String refusal(RemoteFile file) {
    return refusal(file, PATIENT);
  }

  private String refusal(RemoteFile file, FetchLimits limits) {
    String message = assertThrows(FetchException.class, () -> fetch(file, limits)).getMessage();
    assertTrue(message.endsWith("."), message);
    return message;
  }

  private void assertHas(byte[] bytes, Path file) throws IOException {
    assertEquals(folder.resolve("title/text.txt"), file);
    assertArrayEquals(bytes, Files.readAllBytes(file));
    assertEquals(List.of(".text.txt.lock", ".text.txt.verified", "text.txt"), files());
  }

  private List<String> files() throws IOException {
    try (Stream<Path> list = Files.list(folder.resolve("title"))) {
      return list.map(path -> path.getFileName().toString()).sorted().toList();
    }
  }

  private static List<String> ranges(ScriptedServer server) {
    return server.requests().stream().map(request -> request.header("range")).toList();
  }

  @Test
  void aFileIsAnnouncedFetchedAndThenUsedWithoutTheNetwork() throws Exception {
    RemoteFile file;
    try (ScriptedServer server = new ScriptedServer(ScriptedServer.file(TEXT, TAG))) {
      file = remote(TEXT, server.address("/a/b.txt"));
      assertFalse(FileFetcher.isThere(file, folder.resolve("title")));
      assertHas(TEXT, fetch(file));
      assertEquals(List.of("Fetching title, 0.3 MB, from " + server.address("/").getAuthority() + "; licence: free."), notices);
      assertEquals(1, server.requests().size());
      assertEquals("/a/b.txt", server.requests().getFirst().path());
      assertEquals("identity", server.requests().getFirst().header("accept-encoding"));
    }
    assertArrayEquals(new long[] {TEXT.length, TEXT.length}, progress.getLast());
    for (int i = 1; i < progress.size(); i++) {
      assertTrue(progress.get(i)[0] > progress.get(i - 1)[0]);
    }
    notices.clear();
    assertHas(TEXT, fetch(file));
    assertEquals(List.of(), notices);
    assertTrue(FileFetcher.isThere(file, folder.resolve("title")));
  }

  @Test
  void aConnectionThatBreaksIsTakenUpWhereItBroke() throws Exception {
    try (ScriptedServer server = new ScriptedServer(ScriptedServer.cut(TEXT, TAG, 1))) {
      assertHas(TEXT, fetch(remote(TEXT, server.address("/"))));
      assertEquals(List.of("", "bytes=150000-"), ranges(server));
      assertEquals(TAG, server.requests().getLast().header("if-range"));
    }
  }

  @Test
  void aLaterRunGoesOnWhereAnEarlierOneEnded() throws Exception {
    try (ScriptedServer server = new ScriptedServer(ScriptedServer.cut(TEXT, TAG, 1))) {
      RemoteFile file = withoutHash(TEXT, server.address("/"));
      FetchLimits once = new FetchLimits(Duration.ofSeconds(2), Duration.ofSeconds(2), 1, Duration.ofMillis(1));
      String message = assertThrows(FetchException.class, () -> fetch(file, once)).getMessage();
      assertTrue(message.contains("broke off after 150000 bytes"), message);
      assertEquals(List.of(".text.txt.lock", ".text.txt.part.json", "text.txt.part"), files());
      assertArrayEquals(TEXT, Files.readAllBytes(fetch(file, once)));
      assertEquals(List.of("", "bytes=150000-"), ranges(server));
    }
  }

  @Test
  void withoutAMarkOfTheServerOnlyAKnownHashAllowsToGoOn() throws Exception {
    ScriptedServer.Script script =
        (request, out) -> {
          int start = (int) request.rangeStart();
          String status = start > 0 ? "206 Partial Content" : "200 OK";
          String range = start > 0 ? "Content-Range: bytes " + start + "-299999/300000" : "X: y";
          ScriptedServer.head(out, status, range, "ETag: W/\"weak\"", "Content-Length: " + (TEXT.length - start));
          out.write(TEXT, start, Math.min(200_000, TEXT.length - start));
          out.flush();
        };
    try (ScriptedServer server = new ScriptedServer(script)) {
      assertHas(TEXT, fetch(remote(TEXT, server.address("/"))));
      assertEquals(List.of("", "bytes=200000-"), ranges(server));
      assertEquals("", server.requests().getLast().header("if-range"));
    }
    Files.delete(folder.resolve("title/text.txt"));
    try (ScriptedServer server = new ScriptedServer(script)) {
      refusal(withoutHash(TEXT, server.address("/")));
      assertEquals(List.of("", "", ""), ranges(server));
    }
  }

  @Test
  void aServerThatDoesNotKnowRangesStartsAgain() throws Exception {
    AtomicInteger count = new AtomicInteger();
    ScriptedServer.Script script =
        (request, out) -> {
          ScriptedServer.head(out, "200 OK", "Last-Modified: Mon, 01 Jan 2024 00:00:00 GMT", "Content-Length: " + TEXT.length);
          out.write(TEXT, 0, count.getAndIncrement() == 0 ? 1000 : TEXT.length);
          out.flush();
        };
    try (ScriptedServer server = new ScriptedServer(script)) {
      assertHas(TEXT, fetch(remote(TEXT, server.address("/"))));
      assertEquals(List.of("", "bytes=1000-"), ranges(server));
      assertEquals("Mon, 01 Jan 2024 00:00:00 GMT", server.requests().getLast().header("if-range"));
    }
  }

  @Test
  void aFileThatChangedInBetweenStartsAgain() throws Exception {
    byte[] changed = bytes(2, 300_000);
    AtomicInteger count = new AtomicInteger();
    ScriptedServer.Script script =
        (request, out) -> {
          if (count.getAndIncrement() == 0) {
            ScriptedServer.cut(TEXT, TAG, 1).answer(request, out);
          } else {
            ScriptedServer.file(changed, "\"two\"").answer(request, out);
          }
        };
    try (ScriptedServer server = new ScriptedServer(script)) {
      assertArrayEquals(changed, Files.readAllBytes(fetch(withoutHash(changed, server.address("/")))));
      assertEquals(List.of("", "bytes=150000-"), ranges(server));
    }
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      "two" | bytes 150000-299999/300000
      "one" | bytes 149999-299999/300000
      "one" | bytes 150000-299999/300001
      "one" | items 150000-299999/300000
      "one" | bytes 99999999999999999999-5/6
      """)
  void aRestThatDoesNotFitIsThrownAwayAndTheFileFetchedInOneGo(String tag, String range) throws Exception {
    ScriptedServer.Script script =
        (request, out) -> {
          if (request.rangeStart() == 0) {
            ScriptedServer.head(out, "200 OK", "ETag: " + TAG, "Content-Length: 300000");
            out.write(TEXT, 0, notices.size() == 1 ? 150_000 : 300_000);
            notices.add("asked");
          } else {
            ScriptedServer.head(out, "206 Partial Content", "ETag: " + tag, "Content-Range: " + range, "Content-Length: 150000");
            out.write(bytes(3, 150_000));
          }
          out.flush();
        };
    try (ScriptedServer server = new ScriptedServer(script)) {
      RemoteFile file = withoutHash(TEXT, server.address("/"));
      if (range.endsWith("300001")) {
        assertTrue(refusal(file).contains("has a file of 300001 bytes there instead of 300000"));
      } else {
        assertArrayEquals(TEXT, Files.readAllBytes(fetch(file)));
        assertEquals(List.of("", "bytes=150000-", ""), ranges(server));
      }
    }
  }

  @Test
  void aMixtureOfTwoFilesIsFoundOutByItsHashAndFetchedAnew() throws Exception {
    AtomicInteger count = new AtomicInteger();
    ScriptedServer.Script script =
        (request, out) -> {
          byte[] bytes = count.getAndIncrement() == 0 ? bytes(4, TEXT.length) : TEXT;
          ScriptedServer.cut(bytes, TAG, count.get() == 1 ? 1 : 0).answer(request, out);
        };
    try (ScriptedServer server = new ScriptedServer(script)) {
      assertHas(TEXT, fetch(remote(TEXT, server.address("/"))));
      assertEquals(List.of("", "bytes=150000-", ""), ranges(server));
    }
  }

  @Test
  void aWrongHashIsRefusedAndNothingIsKept() throws Exception {
    byte[] other = bytes(5, TEXT.length);
    try (ScriptedServer server = new ScriptedServer(ScriptedServer.file(other, TAG))) {
      String message = refusal(remote(TEXT, server.address("/")));
      assertTrue(message.contains("has the SHA-256 " + sha256(other) + " instead of " + sha256(TEXT)), message);
      assertEquals(1, server.requests().size());
    }
    assertEquals(List.of(".text.txt.lock"), files());
  }

  @Test
  void aWrongSizeIsRefusedBeforeTheFileIsSent() throws Exception {
    AtomicLong sent = new AtomicLong();
    ScriptedServer.Script script =
        (request, out) -> {
          ScriptedServer.head(out, "200 OK", "Content-Length: 9000000000");
          send(out, TEXT, sent);
        };
    try (ScriptedServer server = new ScriptedServer(script)) {
      String message = refusal(remote(TEXT, server.address("/")));
      assertTrue(message.contains("has a file of 9000000000 bytes there instead of 300000"), message);
    }
    assertEquals(List.of(".text.txt.lock"), files());
  }

  /** Sends until the client hangs up, or has taken far too much. */
  private static void send(OutputStream out, byte[] bytes, AtomicLong sent) throws IOException {
    while (sent.get() < 200_000_000) {
      out.write(bytes);
      sent.addAndGet(bytes.length);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void anEndlessAnswerIsEndedAtTheSizeThatBelongsThere(boolean exact) throws Exception {
    AtomicLong sent = new AtomicLong();
    ScriptedServer.Script script =
        (request, out) -> {
          ScriptedServer.head(out, "200 OK");
          send(out, TEXT, sent);
        };
    try (ScriptedServer server = new ScriptedServer(script)) {
      RemoteFile file = new RemoteFile("text.txt", List.of(server.address("/")), TEXT.length, exact, sha256(TEXT));
      String message = refusal(file);
      assertTrue(message.contains("sends more than the " + (exact ? 300_000 : 600_000) + " bytes that belong there"), message);
      assertEquals(1, server.requests().size());
    }
    assertTrue(sent.get() < 100_000_000, sent + " bytes were taken");
    assertTrue(progress.getLast()[0] <= 600_000);
    assertEquals(List.of(".text.txt.lock"), files());
  }

  @Test
  void aSizeThatIsKnownRoughlyIsNotHeldAgainstTheFile() throws Exception {
    try (ScriptedServer server = new ScriptedServer(ScriptedServer.file(TEXT, TAG))) {
      assertHas(TEXT, fetch(new RemoteFile("text.txt", List.of(server.address("/")), 290_000, false, sha256(TEXT))));
    }
  }

  @Test
  void redirectionsAreFollowedToTheFile() throws Exception {
    ScriptedServer.Script script =
        (request, out) -> {
          switch (request.path()) {
            case "/start" -> ScriptedServer.head(out, "302 Found", "Location: /middle?x=1", "Content-Length: 0");
            case "/middle?x=1" -> ScriptedServer
                .head(out, "307 Temporary Redirect", "Location: http://" + request.header("host") + "/end", "Content-Length: 0");
            default -> ScriptedServer.cut(TEXT, TAG, request.rangeStart() == 0 ? 1 : 0).answer(request, out);
          }
        };
    try (ScriptedServer server = new ScriptedServer(script)) {
      assertHas(TEXT, fetch(remote(TEXT, server.address("/start"))));
      assertEquals(
          List.of("/start", "/middle?x=1", "/end", "/start", "/middle?x=1", "/end"),
          server.requests().stream().map(ScriptedServer.Request::path).toList());
      assertEquals("bytes=150000-", ranges(server).getLast());
    }
  }

  @Test
  void whatFailsBehindARedirectionIsToldOfTheServerThere() throws Exception {
    int closed;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      closed = socket.getLocalPort();
    }
    ScriptedServer.Script script =
        (request, out) -> ScriptedServer.head(out, "307 Temporary Redirect", "Location: http://a:b@127.0.0.1:" + closed + "/end",
            "Content-Length: 0");
    try (ScriptedServer server = new ScriptedServer(script)) {
      String message = refusal(remote(TEXT, server.address("/start")));
      assertTrue(message.contains(" redirects to 127.0.0.1:" + closed + ", which cannot be reached"), message);
      assertFalse(message.contains("There is no connection"), message);
    }
  }

  @Test
  void aLoopOfRedirectionsEnds() throws Exception {
    ScriptedServer.Script script = (request, out) -> ScriptedServer.head(out, "301 Moved Permanently", "Location: " + request.path());
    try (ScriptedServer server = new ScriptedServer(script)) {
      String message = refusal(remote(TEXT, server.address("/round")));
      assertTrue(message.contains("redirects more than 5 times"), message);
      assertEquals(6, server.requests().size());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "file:///etc/passwd", "http:///nowhere", "ht tp://x", "ftp://127.0.0.1/x", "http://[::1"})
  void redirectionsToElsewhereThanTheWebAreRefused(String location) throws Exception {
    ScriptedServer.Script script = (request, out) -> ScriptedServer.head(out, "302 Found", "Location: " + location);
    try (ScriptedServer server = new ScriptedServer(script)) {
      String message = refusal(remote(TEXT, server.address("/")));
      assertTrue(message.contains("redirects to what is no "), message);
      assertEquals(1, server.requests().size());
    }
  }

  @Test
  void aRedirectionToNowhereBehindAnotherIsToldOfTheServerThatSentIt() throws Exception {
    ScriptedServer.Script elsewhere = (request, out) -> ScriptedServer.head(out, "302 Found", "Location: ftp://127.0.0.1/x");
    try (ScriptedServer second = new ScriptedServer(elsewhere)) {
      ScriptedServer.Script script = (request, out) -> ScriptedServer.head(out, "302 Found", "Location: " + second.address("/"));
      try (ScriptedServer first = new ScriptedServer(script)) {
        String message = refusal(remote(TEXT, first.address("/")));
        String host = "127.0.0.1:" + second.address("/").getPort();
        assertTrue(message.contains(" redirects to " + host + ", which redirects to what is no web address"), message);
      }
    }
  }

  @Test
  void aSecureAddressRedirectsToSecureOnesOnly() throws Exception {
    URI secure = URI.create("https://127.0.0.1/a");
    assertEquals(URI.create("https://127.0.0.1/b"), HttpSource.target(secure, "b"));
    FetchFailure failure = assertThrows(FetchFailure.class, () -> HttpSource.target(secure, "http://127.0.0.1/a"));
    assertTrue(failure.getMessage().contains("from https to http"), failure.getMessage());
    assertEquals(secure, HttpSource.target(URI.create("http://127.0.0.1/a"), "https://127.0.0.1/a"));
  }

  @Test
  void aServerThatFallsSilentIsAskedAgainForTheRest() throws Exception {
    AtomicInteger count = new AtomicInteger();
    ScriptedServer.Script script =
        (request, out) -> {
          ScriptedServer.cut(TEXT, TAG, count.getAndIncrement() == 0 ? 1 : 0).answer(request, out);
          if (count.get() == 1) {
            Thread.sleep(10_000);
          }
        };
    try (ScriptedServer server = new ScriptedServer(script)) {
      long start = System.nanoTime();
      assertHas(TEXT, fetch(remote(TEXT, server.address("/")), stallingAfter(600)));
      assertEquals(List.of("", "bytes=150000-"), ranges(server));
      assertTrue(System.nanoTime() - start < 9_000_000_000L);
    }
  }

  @Test
  void aServerThatNeverAnswersIsGivenUp() throws Exception {
    try (ScriptedServer server = new ScriptedServer((request, out) -> Thread.sleep(10_000))) {
      String message = refusal(remote(TEXT, server.address("/")), stallingAfter(200));
      assertTrue(message.contains("did not answer within 200 ms"), message);
      assertTrue(server.requests().size() <= 3, server.requests()::toString);
    }
  }

  @Test
  void aSlowServerIsWaitedForWhileItSendsAnything() throws Exception {
    byte[] small = Arrays.copyOf(TEXT, 12);
    ScriptedServer.Script script =
        (request, out) -> {
          ScriptedServer.head(out, "200 OK", "Content-Length: 12");
          for (byte b : small) {
            out.write(b);
            out.flush();
            Thread.sleep(100);
          }
        };
    try (ScriptedServer server = new ScriptedServer(script)) {
      assertHas(small, fetch(remote(small, server.address("/")), stallingAfter(1000)));
      assertEquals(1, server.requests().size());
    }
  }

  @ParameterizedTest
  @CsvSource({"404,1", "410,1", "403,1", "401,1", "300,1", "304,1", "204,1", "503,3", "500,3", "429,3", "408,3"})
  void refusalsAreTriedAgainOnlyWhereTheyMayPass(int status, int requests) throws Exception {
    ScriptedServer.Script script = (request, out) -> ScriptedServer.head(out, status + " No", "Content-Length: 0");
    try (ScriptedServer server = new ScriptedServer(script)) {
      URI address = server.address("/x");
      String message = refusal(remote(TEXT, address));
      assertEquals(
          "title could not be fetched: " + address.getAuthority() + " answered " + status + "; download " + address
              + " by other means and put it at " + folder.resolve("title/text.txt") + ", or run again later to go on.",
          message);
      assertEquals(requests, server.requests().size());
    }
  }

  @Test
  void aServerThatIsBusyForAMomentIsAskedAgain() throws Exception {
    AtomicInteger count = new AtomicInteger();
    ScriptedServer.Script script =
        (request, out) -> {
          if (count.getAndIncrement() < 2) {
            ScriptedServer.head(out, "503 Busy", "Retry-After: 0", "Content-Length: 0");
          } else {
            ScriptedServer.file(TEXT, TAG).answer(request, out);
          }
        };
    try (ScriptedServer server = new ScriptedServer(script)) {
      assertHas(TEXT, fetch(remote(TEXT, server.address("/"))));
      assertEquals(3, server.requests().size());
    }
  }

  @Test
  void pausesGrowAndHaveAnEnd() {
    FetchLimits limits = FetchLimits.USUAL;
    assertEquals(Duration.ofSeconds(1), limits.pauseAfter(1, Duration.ZERO));
    assertEquals(Duration.ofSeconds(4), limits.pauseAfter(3, Duration.ofSeconds(2)));
    assertEquals(Duration.ofSeconds(9), limits.pauseAfter(3, Duration.ofSeconds(9)));
    assertEquals(Duration.ofSeconds(30), limits.pauseAfter(1, Duration.ofDays(1)));
    assertEquals(Duration.ofSeconds(30), limits.pauseAfter(1000, Duration.ZERO));
  }

  @ParameterizedTest
  @ValueSource(strings = {"garbage\r\n\r\n", "HTTP/1.1 banana\r\n\r\n", "", "\u0000\u0001\u0002",
      "HTTP/1.1 200 OK\r\nContent-Length: minus\r\n\r\nx"})
  void whatIsNoHttpIsRefused(String answer) throws Exception {
    ScriptedServer.Script script = (request, out) -> out.write(answer.getBytes(StandardCharsets.ISO_8859_1));
    try (ScriptedServer server = new ScriptedServer(script)) {
      String message = refusal(remote(TEXT, server.address("/")));
      assertTrue(message.startsWith("title could not be fetched: 127.0.0.1:"), message);
      // Where not a byte came, Java's client itself asks again, up to five times for each of our three.
      assertTrue(server.requests().size() <= (answer.isEmpty() ? 18 : 3), server.requests()::toString);
    }
    assertEquals(List.of(".text.txt.lock"), files());
  }

  @Test
  void anAnswerThatIsCompressedUnaskedIsRefused() throws Exception {
    ScriptedServer.Script script =
        (request, out) -> {
          ScriptedServer.head(out, "200 OK", "Content-Encoding: gzip", "Content-Length: " + TEXT.length);
          out.write(TEXT);
        };
    try (ScriptedServer server = new ScriptedServer(script)) {
      String message = refusal(remote(TEXT, server.address("/")));
      assertTrue(message.contains("sends the file encoded as gzip"), message);
    }
  }

  @Test
  void withoutANetworkOneSentenceSaysWhereToPutTheFile() throws Exception {
    URI address = ScriptedServer.closedAddress("/dir/file");
    assertEquals(
        "There is no connection to fetch title: " + address.getAuthority() + " cannot be reached; download " + address
            + " by other means and put it at " + folder.resolve("title/text.txt") + ", or run again later to go on.",
        refusal(remote(TEXT, address)).replaceFirst(" \\([^)]*\\)", ""));
    // And there it is found.
    Files.write(folder.resolve("title/text.txt"), TEXT);
    assertHas(TEXT, fetch(remote(TEXT, address)));
  }

  @Test
  void whatAPersonPutThereIsCheckedAndNeverRemoved() throws Exception {
    Files.createDirectories(folder.resolve("title"));
    Path path = folder.resolve("title/text.txt");
    byte[] other = bytes(6, TEXT.length);
    for (byte[] wrong : List.of(other, Arrays.copyOf(TEXT, 10))) {
      Files.write(path, wrong);
      String message = refusal(remote(TEXT, ScriptedServer.closedAddress("/")));
      String what =
          wrong.length == 10 ? "has 10 bytes instead of 300000" : "has the SHA-256 " + sha256(other) + " instead of " + sha256(TEXT);
      assertEquals(path + " is not the file that the catalogue means: it " + what + "; remove it, then it is fetched again.", message);
      assertArrayEquals(wrong, Files.readAllBytes(path));
    }
  }

  @Test
  void aFileThatChangesAfterItWasFoundRightIsCheckedAgain() throws Exception {
    try (ScriptedServer server = new ScriptedServer(ScriptedServer.file(TEXT, TAG))) {
      RemoteFile file = remote(TEXT, server.address("/"));
      Path path = fetch(file);
      byte[] changed = TEXT.clone();
      changed[1000] ^= 1;
      Files.write(path, changed);
      Files.setLastModifiedTime(path, FileTime.fromMillis(1));
      assertTrue(refusal(file).contains(sha256(changed)));
      Files.write(folder.resolve("title/.text.txt.verified"), new byte[] {'{'});
      Files.write(path, TEXT);
      assertEquals(path, fetch(file));
    }
  }

  @Test
  void theNextAddressHelpsWhereOneFails() throws Exception {
    ScriptedServer.Script gone = (request, out) -> ScriptedServer.head(out, "404 Not Found", "Content-Length: 0");
    try (ScriptedServer first = new ScriptedServer(gone);
        ScriptedServer second = new ScriptedServer(ScriptedServer.cut(TEXT, TAG, 9));
        ScriptedServer third = new ScriptedServer(ScriptedServer.file(TEXT, "\"other\""))) {
      RemoteFile file = remote(TEXT, first.address("/"), second.address("/"), ScriptedServer.closedAddress("/"), third.address("/"));
      assertHas(TEXT, fetch(file));
      assertEquals(3, second.requests().size());
      // The hash is known, so what the second server sent is of use.
      assertEquals(List.of("bytes=150000-"), ranges(third));
      assertEquals("", third.requests().getFirst().header("if-range"));
    }
  }

  @Test
  void aStoredOriginThatCannotBeReadOnlyCostsTheMark() throws Exception {
    Files.createDirectories(folder.resolve("title"));
    Files.write(folder.resolve("title/text.txt.part"), Arrays.copyOf(TEXT, 1000));
    Files.writeString(folder.resolve("title/.text.txt.part.json"), "{\"address\":");
    try (ScriptedServer server = new ScriptedServer(ScriptedServer.file(TEXT, TAG))) {
      assertHas(TEXT, fetch(remote(TEXT, server.address("/"))));
      assertEquals(List.of("bytes=1000-"), ranges(server));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {300_000, 300_001, 900_000})
  void whatIsThereInFullOrBeyondNeedsNoRest(int bytes) throws Exception {
    Files.createDirectories(folder.resolve("title"));
    Files.write(folder.resolve("title/text.txt.part"), Arrays.copyOf(TEXT, bytes));
    try (ScriptedServer server = new ScriptedServer(ScriptedServer.file(TEXT, TAG))) {
      assertHas(TEXT, fetch(remote(TEXT, server.address("/"))));
      assertEquals(bytes == 300_000 ? List.of() : List.of(""), ranges(server));
    }
  }

  @Test
  void twoWhoWantTheSameFileFetchItOnce() throws Exception {
    ScriptedServer.Script script =
        (request, out) -> {
          Thread.sleep(100);
          ScriptedServer.file(TEXT, TAG).answer(request, out);
        };
    try (ScriptedServer server = new ScriptedServer(script)) {
      RemoteFile file = remote(TEXT, server.address("/"));
      List<@Nullable Throwable> errors = new ArrayList<>();
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        threads.add(
            Thread.ofPlatform()
                .uncaughtExceptionHandler((thread, error) -> errors.add(error))
                .start(() -> new FileFetcher(new WorkListener() {}, PATIENT).fetch(file, folder.resolve("title"), "title", "free")));
      }
      for (Thread thread : threads) {
        thread.join();
      }
      assertEquals(List.of(), errors);
      assertEquals(1, server.requests().size());
      assertHas(TEXT, fetch(file));
    }
  }

  @Test
  void aFullDiskIsToldAsSuch() throws Exception {
    Path full = Path.of("/dev/full");
    assumeTrue(Files.exists(full), "this system has no device that is always full");
    Files.createDirectories(folder.resolve("title"));
    Files.createSymbolicLink(folder.resolve("title/text.txt.part"), full);
    try (ScriptedServer server = new ScriptedServer(ScriptedServer.file(TEXT, TAG))) {
      String message = refusal(remote(TEXT, server.address("/")));
      assertTrue(message.startsWith(folder.resolve("title") + " cannot be written: "), message);
      assertTrue(message.endsWith("; make room there or set MINNOW_CORPORA to another folder."), message);
      assertTrue(server.requests().size() <= 1);
    }
  }

  @Test
  void aFileThatTheDiskHasNoRoomForIsNotBegun() throws Exception {
    long bytes = 1L << 60;
    ScriptedServer.Script script =
        (request, out) -> {
          ScriptedServer.head(out, "200 OK", "Content-Length: " + bytes);
          out.write(TEXT);
        };
    try (ScriptedServer server = new ScriptedServer(script)) {
      String message = refusal(new RemoteFile("text.txt", List.of(server.address("/")), bytes, true, null));
      assertTrue(message.contains(" needs 1,152,921,504,606,846,976 bytes more and the disk has "), message);
    }
  }

  @Test
  void aFolderThatCannotBeMadeIsNamed() throws Exception {
    Files.writeString(folder.resolve("title"), "a file");
    String message = refusal(remote(TEXT, ScriptedServer.closedAddress("/")));
    assertTrue(message.startsWith(folder.resolve("title") + " cannot be "), message);
  }

  @Test
  void namesAddressesAndHashesAreOfTheirForm() throws Exception {
    URI good = URI.create("https://127.0.0.1/x");
    for (String name : List.of("", "..", "../x", "a/b", ".hidden", "a\\b", "a b")) {
      assertThrows(IllegalArgumentException.class, () -> new RemoteFile(name, List.of(good), 1, true, null), name);
    }
    for (String address : List.of("file:///etc/passwd", "x", "ftp://a/b", "https:///a")) {
      assertThrows(IllegalArgumentException.class, () -> new RemoteFile("a", List.of(URI.create(address)), 1, true, null), address);
    }
    assertThrows(IllegalArgumentException.class, () -> new RemoteFile("a", List.of(), 1, true, null));
    assertThrows(IllegalArgumentException.class, () -> new RemoteFile("a", List.of(good), 0, true, null));
    assertThrows(IllegalArgumentException.class, () -> new RemoteFile("a", List.of(good), 1, true, "ABC"));
  }
}
