package dev.minnow.train.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.minnow.tokenizer.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The page around the data of runs. What comes from runs stands in one block of JSON that is no markup and no script, and the page's
 * script makes text of it, never markup. The page's policy lets nothing run but its own two scripts, and nothing be fetched.
 */
final class ReportPage {
  private static final JsonMapper JSON = new JsonMapper();
  private static final Pattern PLACE = Pattern.compile("\\{\\{(\\w+)}}");

  /** What could end a script or a style inside a page. */
  private static final Pattern END = Pattern.compile("<(/script|/style|!--)", Pattern.CASE_INSENSITIVE);

  /** In this order, because each uses those before it. */
  private static final List<String> SCRIPTS = List.of("axes.js", "page.js", "charts.js", "report.js");

  private static final String TITLE = "<title>Minnow: training report</title>";

  /** More bytes than stand before the title. */
  private static final int HEAD_BYTES = 4096;

  private ReportPage() {}

  /** Whether a file begins as a page does. */
  static boolean isIn(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return new String(in.readNBytes(HEAD_BYTES), StandardCharsets.UTF_8).contains(TITLE);
    }
  }

  /** The whole page, UTF-8. */
  static byte[] of(ObjectNode data) {
    ChartLibrary library = ChartLibrary.load();
    String style = inlined(library.style() + "\n" + resource("report.css"));
    String script = inlined(SCRIPTS.stream().map(ReportPage::resource).collect(Collectors.joining("\n")));
    String chart = inlined(library.script());
    String policy =
        "default-src 'none'; script-src " + hash(chart) + " " + hash(script) + "; style-src " + hash(style)
            + "; base-uri 'none'; form-action 'none'";
    Map<String, String> parts =
        Map.of(
            "policy", policy, "style", style, "chart", chart, "script", script, "data", escaped(data), "licence",
            library.licence().replace("--", "- -").strip());
    return PLACE
        .matcher(resource("report.html"))
        .replaceAll(place -> Matcher.quoteReplacement(Objects.requireNonNull(parts.get(place.group(1)))))
        .getBytes(StandardCharsets.UTF_8);
  }

  /** JSON in which no character means anything to a reader of HTML, nor ends a line for a reader of scripts. */
  static String escaped(ObjectNode data) {
    try {
      return JSON.writeValueAsString(data)
          .replace("<", "\\u003c")
          .replace(">", "\\u003e")
          .replace("&", "\\u0026")
          .replace("\u2028", "\\u2028")
          .replace("\u2029", "\\u2029");
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Readers of HTML make one line feed of each end of a line, and the policy's hashes are of what they read. */
  private static String inlined(String code) {
    if (END.matcher(code).find()) {
      throw new IllegalStateException("The chart library or the report's own code holds markup and cannot be put into a page.");
    }
    return code.replace("\r\n", "\n").replace('\r', '\n');
  }

  private static String hash(String code) {
    return "'sha256-" + Base64.getEncoder().encodeToString(Sha256.of(code.getBytes(StandardCharsets.UTF_8))) + "'";
  }

  private static String resource(String name) {
    try (InputStream in = Objects.requireNonNull(ReportPage.class.getResourceAsStream(name))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
