package dev.minnow.corpus.fetch;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** An HTTP server on this machine that answers as a test tells it, one request a connection, as badly as wanted. */
public final class ScriptedServer implements AutoCloseable {
  /** What a client asked; the names of headers are in lower case. */
  public record Request(String path, Map<String, String> headers) {
    public String header(String name) {
      return headers.getOrDefault(name, "");
    }

    long rangeStart() {
      String range = header("range");
      return range.isEmpty() ? 0 : Long.parseLong(range.substring("bytes=".length(), range.length() - 1));
    }
  }

  /** Writes an answer; the connection is closed after it. */
  public interface Script {
    void answer(Request request, OutputStream out) throws IOException, InterruptedException;
  }

  private final ServerSocket socket;
  private final Script script;
  private final List<Request> requests = Collections.synchronizedList(new ArrayList<>());

  public ScriptedServer(Script script) throws IOException {
    this.script = script;
    socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
  }

  /** An address that nobody listens at. */
  static URI closedAddress(String path) throws IOException {
    try (ServerSocket unused = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return URI.create("http://127.0.0.1:" + unused.getLocalPort() + path);
    }
  }

  public URI address(String path) {
    return URI.create("http://127.0.0.1:" + socket.getLocalPort() + path);
  }

  /** All requests so far. */
  public List<Request> requests() {
    synchronized (requests) {
      return List.copyOf(requests);
    }
  }

  private void accept() {
    while (!socket.isClosed()) {
      try {
        Socket client = socket.accept();
        Thread.ofVirtual().start(() -> serve(client));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void serve(Socket client) {
    try (client) {
      BufferedReader in = new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.ISO_8859_1));
      String path = in.readLine().split(" ", 3)[1];
      Map<String, String> headers = new TreeMap<>();
      for (String line = in.readLine(); !line.isEmpty(); line = in.readLine()) {
        String[] parts = line.split(":", 2);
        headers.put(parts[0].toLowerCase(Locale.ROOT), parts[1].strip());
      }
      Request request = new Request(path, headers);
      requests.add(request);
      script.answer(request, client.getOutputStream());
    } catch (IOException | InterruptedException | RuntimeException e) {
      // The client went away, as clients of bad servers do; what it asked for is recorded.
    }
  }

  /** Writes a status line and headers. */
  public static void head(OutputStream out, String status, String... headers) throws IOException {
    String lines = headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n";
    out.write(("HTTP/1.1 " + status + "\r\nConnection: close\r\n" + lines + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
    out.flush();
  }

  /** A server that keeps to the rules: a file with an entity tag, in whole or from where it is asked for. */
  public static Script file(byte[] bytes, String etag) {
    return (request, out) -> {
      int start = (int) request.rangeStart();
      boolean rest = start > 0 && (request.header("if-range").isEmpty() || request.header("if-range").equals(etag));
      if (rest) {
        head(
            out,
            "206 Partial Content",
            "ETag: " + etag,
            "Content-Length: " + (bytes.length - start),
            "Content-Range: bytes " + start + "-" + (bytes.length - 1) + "/" + bytes.length);
        out.write(bytes, start, bytes.length - start);
      } else {
        head(out, "200 OK", "ETag: " + etag, "Content-Length: " + bytes.length);
        out.write(bytes);
      }
    };
  }

  /** As {@link #file}, but the first so many connections break after half of the bytes. */
  static Script cut(byte[] bytes, String etag, int times) {
    int[] left = {times};
    return (request, out) -> {
      if (left[0]-- > 0) {
        head(out, "200 OK", "ETag: " + etag, "Content-Length: " + bytes.length);
        out.write(bytes, 0, bytes.length / 2);
        out.flush();
      } else {
        file(bytes, etag).answer(request, out);
      }
    };
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
