package dev.minnow.train.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The page in a browser: it draws, lets nothing out and nothing in, and is right on paper, on a phone and in the dark. */
class ReportInChromiumTest extends ChromiumPage {
  /** Of each canvas, how many of its pixels something was drawn on. */
  private static final String PIXELS =
      """
          [...document.querySelectorAll("canvas")].map(canvas => {
            const data = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
            let drawn = 0;
            for (let i = 3; i < data.length; i += 4) {
              drawn += data[i] > 0 ? 1 : 0;
            }
            return drawn;
          })""";

  private void assertQuiet() {
    List<JsonNode> said = browser.events("Runtime.exceptionThrown", "Runtime.consoleAPICalled", "Log.entryAdded");
    assertEquals(List.of(), said);
    for (JsonNode request : browser.events("Network.requestWillBeSent")) {
      assertEquals(Path.of(URI.create(url)), Path.of(URI.create(request.path("request").path("url").asText())));
    }
  }

  private void assertDrawn(int charts) throws Exception {
    JsonNode pixels = browser.evaluate(PIXELS);
    assertEquals(charts, pixels.size());
    for (JsonNode drawn : pixels) {
      assertTrue(drawn.intValue() > 1000, "pixels drawn: " + pixels);
    }
  }

  @Test
  void everyChartIsDrawnAndNothingIsFetched() throws Exception {
    show(ExampleRun.write(folder.resolve("run"), 60));
    assertDrawn(8);
    assertQuiet();
  }

  /** As in a run that diverged: on a logarithmic scale nothing is drawn of what is next to nothing. */
  @Test
  void numbersThatFadeAreNoEndOfAChart() throws Exception {
    Path run = ExampleRun.write(folder.resolve("run"), 60);
    ExampleRun.append(run, "{\"event\":\"step\",\"step\":61,\"loss\":3,\"learning_rate\":0.001,\"gradient_norm\":9.8e-18}");
    ExampleRun.append(
        run, "{\"event\":\"measure\",\"step\":61,\"gradient_norm\":{\"query\":9.8e-18},\"update_ratio\":{\"query\":2e-15}}");
    show(run);
    assertDrawn(8);
    assertQuiet();
  }

  @Test
  void whatHappenedIsToldAndMarkedOnEveryChart() throws Exception {
    show(ExampleRun.write(folder.resolve("calm"), 60));
    JsonNode calm = browser.evaluate(PIXELS);
    Path run = ExampleRun.write(folder.resolve("eventful"), 60);
    ExampleRun.append(run, "{\"event\":\"skip\",\"step\":25,\"reason\":\"the loss is NaN\",\"tensor\":\"wte.weight\"}");
    ExampleRun.append(run, "{\"event\":\"rollback\",\"step\":37,\"to\":20,\"loss\":null,\"learning_rate\":0.000234567891}");
    ExampleRun.log(run, 60);
    show(run);
    JsonNode marked = browser.evaluate(PIXELS);
    for (int chart = 0; chart < calm.size(); chart++) {
      assertTrue(marked.get(chart).intValue() > calm.get(chart).intValue() + 50, "chart " + chart + ": " + calm + ", then " + marked);
    }
    String page = browser.evaluate("document.body.textContent").asText();
    assertTrue(page.contains("step skipped: the loss is NaN; tensor wte.weight"), page);
    assertTrue(page.contains("back to step 20: learning rate 2.34568e-4"), page);
    assertQuiet();
  }

  @Test
  void severalRunsAreDrawnTogether() throws Exception {
    show(ExampleRun.write(folder.resolve("a"), 60), ExampleRun.write(folder.resolve("b"), 40));
    assertDrawn(6);
    String legend = browser.evaluate("document.querySelector('.u-legend').textContent").asText();
    assertTrue(legend.contains("a, validation") && legend.contains("b, validation"), legend);
    assertQuiet();
  }

  @Test
  void hostileTextIsShownAsText() throws Exception {
    show(ExampleRun.write(folder.resolve("run<img src=x onerror='window.broken = 1'>"), 30));
    assertTrue(browser.evaluate("window.broken === undefined").asBoolean());
    assertEquals(0, browser.evaluate("document.querySelectorAll('img').length").asInt());
    assertEquals(ExampleRun.HOSTILE + 30, browser.evaluate("document.querySelector('pre').textContent").asText());
    assertTrue(browser.evaluate("document.querySelector('h1').textContent").asText().startsWith("run<img"));
    assertQuiet();
  }

  @Test
  void thePolicyStopsWhateverWouldLeaveThePage() throws Exception {
    show(ExampleRun.write(folder.resolve("run"), 10));
    String violated =
        browser
            .evaluate(
                "new Promise(told => { document.addEventListener('securitypolicyviolation', e => told(e.effectiveDirective));"
                    + " new Image().src = 'http://127.0.0.1:9/x.png'; })")
            .asText();
    assertEquals("img-src", violated);
  }

  @Test
  void aPhoneHasNoSidewaysScrolling() throws Exception {
    resize(390, 844);
    show(ExampleRun.write(folder.resolve("a-name-that-is-much-too-long-for-a-phone-and-has-no-place-to-break-it"), 40));
    assertDrawn(8);
    assertTrue(browser.evaluate("document.documentElement.scrollWidth").asInt() <= 390, "the page is wider than the phone");
    assertTrue(browser.evaluate("Math.max(...[...document.querySelectorAll('canvas')].map(c => c.clientWidth))").asInt() <= 390);
  }

  @Test
  void darkAndPaperHaveColoursOfTheirOwn() throws Exception {
    show(ExampleRun.write(folder.resolve("run"), 40));
    String light = colours();
    browser.call("Emulation.setEmulatedMedia", Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", "dark"))));
    String dark = colours();
    // A busy machine paints late.
    for (int wait = 0; wait < 100 && chart(dark).equals(chart(light)); wait++) {
      dark = colours();
    }
    assertEquals("rgb(255, 255, 255)", light.split(" \\| ", -1)[0]);
    assertEquals("rgb(20, 24, 28)", dark.split(" \\| ", -1)[0]);
    assertTrue(!chart(light).equals(chart(dark)), "the charts kept their colours: " + dark);
    byte[] pdf = Base64.getDecoder().decode(browser.call("Page.printToPDF", Map.of()).path("data").asText());
    assertTrue(pdf.length > 20_000, pdf.length + " bytes of PDF");
    assertQuiet();
  }

  private static String chart(String colours) {
    return colours.split(" \\| ", -1)[1];
  }

  /** Of the page's ground, and a sum over the first chart's. */
  private String colours() throws Exception {
    return browser
        .evaluate(
            """
                new Promise(then => setTimeout(() => {
                  const canvas = document.querySelector("canvas");
                  const data = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
                  then(getComputedStyle(document.body).backgroundColor + " | " + data.reduce((sum, value) => sum + value, 0));
                }, 100))""")
        .asText();
  }
}
