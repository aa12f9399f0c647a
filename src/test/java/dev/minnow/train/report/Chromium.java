package dev.minnow.train.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A tab of a headless Chromium, spoken to in its DevTools protocol. */
final class Chromium implements AutoCloseable {
  private static final JsonMapper JSON = new JsonMapper();
  private static final long PATIENCE_SECONDS = 60;

  private final Process process;
  private final HttpClient client;
  private final WebSocket socket;
  private final BlockingQueue<JsonNode> messages = new LinkedBlockingQueue<>();
  private final List<JsonNode> events = new ArrayList<>();
  private int calls;

  private Chromium(Process process, URI browser) throws Exception {
    this.process = process;
    this.client = HttpClient.newHttpClient();
    WebSocket first = connect(browser);
    ObjectNode target = JSON.createObjectNode().put("url", "about:blank");
    first.sendText(JSON.createObjectNode().put("id", 0).put("method", "Target.createTarget").set("params", target).toString(), true).join();
    String id = answer(0).path("targetId").asText();
    first.abort();
    this.socket = connect(URI.create("ws://127.0.0.1:" + browser.getPort() + "/devtools/page/" + id));
  }

  /** The installed Chromium, if there is one. */
  static Optional<Path> installed() {
    return Stream.of(System.getenv().getOrDefault("PATH", "").split(":", -1))
        .flatMap(folder -> Stream.of("chromium", "chromium-browser", "google-chrome").map(name -> Path.of(folder).resolve(name)))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /** Opens one with a profile folder of its own, where it also keeps what it would leave behind among the temporary files. */
  static Chromium open(Path program, Path profile) throws Exception {
    ProcessBuilder command =
        new ProcessBuilder(
            program.toString(), "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--remote-debugging-port=0",
            "--user-data-dir=" + profile, "about:blank")
            .redirectErrorStream(true);
    command.environment().put("TMPDIR", profile.toString());
    Process process = command.start();
    BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
    String said = "";
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      if (line.startsWith("DevTools listening on ")) {
        Thread.ofVirtual().start(() -> drain(output));
        return new Chromium(process, URI.create(line.substring("DevTools listening on ".length()).strip()));
      }
      said += line + "\n";
    }
    throw new IOException("Chromium ended: " + said);
  }

  /** A browser that nobody reads stops when the pipe is full. */
  private static void drain(BufferedReader output) {
    try {
      while (output.readLine() != null) {
        // What it says is of no interest.
      }
    } catch (IOException e) {
      // The browser was closed.
    }
  }

  private WebSocket connect(URI uri) {
    return client.newWebSocketBuilder().buildAsync(uri, new Listener()).orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
  }

  private final class Listener implements WebSocket.Listener {
    private final StringBuilder text = new StringBuilder();

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
      text.append(part);
      if (last) {
        try {
          messages.add(JSON.readTree(text.toString()));
        } catch (IOException e) {
          throw new AssertionError(e);
        }
        text.setLength(0);
      }
      from.request(1);
      return null;
    }
  }

  /** Calls a method of the protocol and returns its result. */
  JsonNode call(String method, Map<String, ?> parameters) throws InterruptedException {
    int id = ++calls;
    ObjectNode message = JSON.createObjectNode().put("id", id).put("method", method);
    socket.sendText(message.set("params", JSON.valueToTree(parameters)).toString(), true).join();
    return answer(id);
  }

  private JsonNode answer(int id) throws InterruptedException {
    for (JsonNode message = next(); true; message = next()) {
      if (message.path("id").asInt(-1) == id) {
        if (message.has("error")) {
          throw new AssertionError(message.toString());
        }
        return message.path("result");
      }
      events.add(message);
    }
  }

  private JsonNode next() throws InterruptedException {
    JsonNode message = messages.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    if (message == null) {
      throw new AssertionError("Chromium did not answer.");
    }
    return message;
  }

  /** Waits for an event that comes after now. */
  void await(String event) throws InterruptedException {
    for (JsonNode message = next(); true; message = next()) {
      events.add(message);
      if (message.path("method").asText().equals(event)) {
        return;
      }
    }
  }

  /** The value of an expression in the page, awaited where it is a promise. */
  JsonNode evaluate(String expression) throws InterruptedException {
    JsonNode result =
        call("Runtime.evaluate", Map.of("expression", expression, "returnByValue", true, "awaitPromise", true));
    if (result.has("exceptionDetails")) {
      throw new AssertionError(result.toString());
    }
    return result.path("result").path("value");
  }

  /** Parameters of the events of these names that came so far. */
  List<JsonNode> events(String... names) {
    return events.stream()
        .filter(event -> List.of(names).contains(event.path("method").asText()))
        .map(event -> event.path("params"))
        .toList();
  }

  /** Ends all its processes and waits for that, so that nobody writes to the profile any more. */
  @Override
  public void close() {
    socket.abort();
    client.shutdownNow();
    List<ProcessHandle> processes = Stream.concat(process.descendants(), Stream.of(process.toHandle())).toList();
    processes.forEach(ProcessHandle::destroyForcibly);
    processes.forEach(ended -> ended.onExit().orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join());
  }
}
