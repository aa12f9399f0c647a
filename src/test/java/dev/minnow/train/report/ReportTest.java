package dev.minnow.train.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.minnow.corpus.Corpus;
import dev.minnow.corpus.prepare.Tokenization;
import dev.minnow.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {
  private static final String DATA = "<script type=\"application/json\" id=\"data\">";

  @TempDir
  private Path folder;

  private String page(Path... runs) throws IOException {
    Path file = folder.resolve("page.html");
    new Report(List.of(runs)).write(file);
    return Files.readString(file);
  }

  private static String data(String page) {
    int start = page.indexOf(DATA) + DATA.length();
    return page.substring(start, page.indexOf("</script>", start));
  }

  private static JsonNode runs(String page) throws IOException {
    return new JsonMapper().readTree(data(page)).get("runs");
  }

  @Test
  void hostileTextIsNeitherMarkupNorScript() throws IOException {
    String page = page(ExampleRun.write(folder.resolve("run"), 30));
    String data = data(page);
    assertFalse(data.chars().anyMatch(c -> c == '<' || c == '>' || c == '&' || c == '\u2028' || c == '\u2029'), data);
    assertTrue(page.indexOf(DATA) > 0 && page.length() - page.indexOf(DATA) > data.length() + 50_000, "the data ended the page");
    JsonNode run = runs(page).get(0);
    assertEquals(ExampleRun.HOSTILE + 30, run.get("samples").get(2).get("text").textValue());
    assertEquals(Corpus.absolute("/texts/" + ExampleRun.HOSTILE), run.get("corpus").get(0).get(1).textValue());
  }

  @Test
  void thePolicyAllowsThePagesOwnScriptsAndStyleAlone() throws Exception {
    String page = page(ExampleRun.write(folder.resolve("run"), 10));
    String policy = page.replaceFirst("(?s).*?Content-Security-Policy\" content=\"([^\"]*)\".*", "$1");
    assertTrue(policy.startsWith("default-src 'none'; script-src 'sha256-"), policy);
    assertFalse(policy.contains("unsafe") || policy.contains("http") || policy.contains("*"), policy);
    List<MatchResult> inline = Pattern.compile("(?s)<(script|style)>(.*?)</\\1>").matcher(page).results().toList();
    assertEquals(3, inline.size());
    for (MatchResult match : inline) {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(match.group(2).getBytes(StandardCharsets.UTF_8));
      assertTrue(policy.contains("sha256-" + Base64.getEncoder().encodeToString(digest)), match.group(1));
    }
    assertTrue(page.contains("The MIT License"), "the chart library's licence is missing");
  }

  @Test
  void thePageHoldsWhatWasLogged() throws IOException {
    JsonNode run = runs(page(ExampleRun.write(folder.resolve("run"), 30))).get(0);
    assertEquals("run", run.get("name").textValue());
    assertEquals(30, run.get("lastStep").intValue());
    assertEquals(30, run.get("curves").get("loss").get("x").size());
    assertEquals("[5.0,3.53553]",
        "[" + run.get("curves").get("loss").get("y").get(0) + "," + run.get("curves").get("loss").get("y").get(1) + "]");
    assertEquals(3, run.get("curves").get("validation_loss").get("x").size());
    double seconds = 0;
    for (JsonNode rate : run.get("curves").get("tokens_per_second").get("y")) {
      seconds += 1 / rate.doubleValue();
    }
    assertEquals(run.get("tokensPerSecond").doubleValue() * 1e5 / 80e9, run.get("shareOfPeak").doubleValue(), 1e-9);
    assertEquals(30 / seconds, run.get("tokensPerSecond").doubleValue(), 1e-4 * 30 / seconds);
    assertEquals("{\"x\":[10,20,30],\"y\":[0.5,0.5,0.5]}", run.get("curves").get("gradient_norm/query").toString());
    assertEquals("{\"x\":[10,20,30],\"y\":[0.001,0.001,0.001]}", run.get("curves").get("update_ratio/query").toString());
    // V C + T C + L (12 C^2 + 13 C) + 2 C
    assertEquals(256 * 16 + 32 * 16 + 2 * (12 * 16 * 16 + 13 * 16) + 2 * 16, run.get("parameters").intValue());
    long byKind = 0;
    for (JsonNode kind : run.get("kinds")) {
      byKind += kind.get("count").longValue();
    }
    assertEquals(run.get("parameters").longValue(), byKind);
    String hyperparameters = run.get("hyperparameters").toString();
    for (String row : List.of("[\"lr\",\"0.001\"]", "[\"schedule\",\"cosine\"]")) {
      assertTrue(hyperparameters.contains(row), hyperparameters);
    }
    assertFalse(hyperparameters.contains("[\"fold\""), hyperparameters);
  }

  @Test
  void aRunBeforeItsFirstSaveHasAReport() throws IOException {
    Path run = folder.resolve("run");
    ExampleRun.log(run, 5);
    JsonNode shown = runs(page(run)).get(0);
    assertEquals(5, shown.get("lastStep").intValue());
    assertEquals(Files.getLastModifiedTime(run.resolve("metrics.jsonl")).toMillis(), shown.get("logged").longValue());
    assertFalse(shown.has("end"));
    assertFalse(shown.has("model"));
    assertEquals("[]", shown.get("notices").toString());
  }

  @Test
  void whatTheTokensWereMadeOfIsShown() throws IOException {
    Path run = ExampleRun.write(folder.resolve("run"), 5);
    Path text = Files.writeString(folder.resolve("text.txt"), "a text ".repeat(100));
    Corpus corpus = Corpus.open(List.of(text.toString()));
    new Tokenization(corpus, Tokenizer.bytes(), 0.1).prepare(run.resolve("tokens"), 1, (done, total) -> {}).close();
    JsonNode shown = runs(page(run)).get(0);
    assertEquals(
        "[[\"documents\",\"1\"],[\"training text\",\"630 tokens, 630 bytes\"],[\"held-out text\",\"70 tokens, 70 bytes\"],"
            + "[\"vocabulary\",\"256\"],[\"files\",\"1\"],[\"\",\"" + text + ", 700 bytes\"]]",
        tail(shown.get("corpus"), 6));
    assertEquals("[]", shown.get("notices").toString());
    Files.writeString(run.resolve("tokens/manifest.json"), "{}");
    assertEquals("[\"manifest.json is damaged.\"]", runs(page(run)).get(0).get("notices").toString());
  }

  private static String tail(JsonNode rows, int count) {
    return rows.valueStream().skip(rows.size() - count).map(JsonNode::toString).collect(Collectors.joining(",", "[", "]"));
  }

  @Test
  void damagedFilesBecomeNotices() throws IOException {
    Path run = ExampleRun.write(folder.resolve("run"), 5);
    Files.delete(run.resolve("training.json"));
    Files.writeString(run.resolve("training.json"), "{\"options\":");
    Files.delete(run.resolve("config.json"));
    Files.writeString(run.resolve("config.json"), "[]");
    Files.writeString(run.resolve("metrics.jsonl"), "damaged\n{\"event\":\"step\",\"step\":6,\"loss\":1}\n");
    JsonNode shown = runs(page(run)).get(0);
    assertEquals(2, shown.get("notices").size(), shown.get("notices").toString());
    assertTrue(shown.get("notices").get(0).textValue().startsWith(run.resolve("training.json") + " is not valid JSON"));
    assertEquals(1, shown.get("damagedLines").intValue());
    assertEquals(6, shown.get("lastStep").intValue());
  }

  @Test
  void aReportWrittenAgainHasWhatCameSince() throws IOException {
    Path run = folder.resolve("run");
    Path file = folder.resolve("page.html");
    ExampleRun.log(run, 5);
    Report report = new Report(List.of(run));
    report.write(file);
    ExampleRun.log(run, 9);
    report.write(file);
    assertEquals(9, runs(Files.readString(file)).get(0).get("curves").get("loss").get("x").size());
  }

  @Test
  void severalRunsShareAPage() throws IOException {
    JsonNode runs = runs(page(ExampleRun.write(folder.resolve("a"), 10), ExampleRun.write(folder.resolve("b"), 20)));
    assertEquals(2, runs.size());
    assertEquals(20, runs.get(1).get("lastStep").intValue());
  }

  @Test
  void aFolderWithoutMetricsIsRefusedInOneSentence() {
    ReportException e = assertThrows(ReportException.class, () -> page(folder.resolve("nothing")));
    assertTrue(e.getMessage().contains("nothing") && e.getMessage().endsWith("."), e.getMessage());
    assertThrows(IllegalArgumentException.class, () -> new Report(List.of()));
  }
}
