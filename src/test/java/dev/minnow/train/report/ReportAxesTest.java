package dev.minnow.train.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What stands beside the axes of the report's charts. */
class ReportAxesTest extends ChromiumPage {
  /** Keeps the text that each canvas is given: that of axes over steps hangs below its place, that of the others is level with it. */
  private static final String LISTEN =
      """
          window.written = new Map();
          const fill = CanvasRenderingContext2D.prototype.fillText;
          CanvasRenderingContext2D.prototype.fillText = function(text, ...place) {
            const kept = written.get(this.canvas) || {top: [], middle: []};
            written.set(this.canvas, kept);
            (kept[this.textBaseline] || []).push(text);
            fill.call(this, text, ...place);
          };""";

  @BeforeEach
  void listen() throws Exception {
    browser.call("Page.addScriptToEvaluateOnNewDocument", Map.of("source", LISTEN));
  }

  private JsonNode labels() throws Exception {
    return browser.evaluate("[...written.values()]");
  }

  private static List<String> texts(JsonNode labels) {
    return labels.valueStream().map(JsonNode::asText).toList();
  }

  private Path narrow() {
    Path run = folder.resolve("narrow");
    for (int step = 1; step <= 4; step++) {
      ExampleRun.append(run, "{\"event\":\"step\",\"step\":" + step + ",\"loss\":" + (5.5562 - 0.0031 * step) + ",\"learning_rate\":1e-9}");
    }
    return run;
  }

  @Test
  void stepsAreWholeNumbers() throws Exception {
    show(ExampleRun.write(folder.resolve("run"), 3));
    JsonNode charts = labels();
    assertEquals(5, charts.size(), charts.toString());
    for (JsonNode chart : charts) {
      assertEquals(List.of("1", "2", "3"), texts(chart.path("top")));
    }
  }

  @Test
  void noTwoTicksHaveOneLabel() throws Exception {
    show(narrow());
    JsonNode charts = labels();
    assertEquals(2, charts.size(), charts.toString());
    for (JsonNode chart : charts) {
      for (String axis : List.of("top", "middle")) {
        List<String> texts = texts(chart.path(axis));
        assertTrue(texts.size() > 1, charts.toString());
        assertEquals(texts.size(), new HashSet<>(texts).size(), charts.toString());
      }
    }
  }

  @Test
  void labelsHaveTheDigitsThatTellThemApart() throws Exception {
    show(narrow());
    assertLabels("0 0.25 0.50", "0, 0.25, 0.5", "0.25");
    assertLabels("5.540 5.545 5.550", "5.54, 5.545, 5.55", "0.005");
    assertLabels("1 2 3", "1, 2, 3", "1");
    assertLabels("-0.5 0 0.5", "-0.5, 0, 0.5", "0.5");
    assertLabels("0 5K 10K", "0, 5000, 10000", "5000");
    assertLabels("12.00K 12.25K 12.50K", "12000, 12250, 12500", "250");
    assertLabels("1,000,000 1,000,001", "1000000, 1000001", "1");
    assertLabels("0 2.5M", "0, 2500000", "2500000");
    assertLabels("0 2.5e-4 5.0e-4", "0, 0.00025, 0.0005", "0.00025");
    assertLabels("1e-5 2e-5", "0.00001, 0.00002", "0.00001");
    assertLabels("0.00075 0.00100", "0.00075, 0.001", "0.00025");
  }

  private void assertLabels(String expected, String ticks, String distance) throws Exception {
    assertEquals(expected, browser.evaluate("axes.labels([" + ticks + "], " + distance + ").join(' ')").asText());
  }
}
