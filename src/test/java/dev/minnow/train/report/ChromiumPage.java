package dev.minnow.train.report;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** What tests of the page in a browser begin with: a tab for each test, that shows the report of some runs. */
abstract class ChromiumPage {
  @TempDir
  private Path profile;

  /** For runs and their page. */
  @TempDir
  Path folder;

  Chromium browser;
  String url;

  @BeforeEach
  void open() throws Exception {
    Optional<Path> program = Chromium.installed();
    assumeTrue(program.isPresent(), "Chromium is not installed: nobody has looked at the report; install it (apt-get install chromium).");
    browser = Chromium.open(program.get(), profile);
    for (String domain : List.of("Page", "Runtime", "Log", "Network")) {
      browser.call(domain + ".enable", Map.of());
    }
  }

  @AfterEach
  void close() throws Exception {
    if (browser != null) {
      browser.close();
    }
  }

  void resize(int width, int height) throws InterruptedException {
    browser.call(
        "Emulation.setDeviceMetricsOverride", Map.of("width", width, "height", height, "deviceScaleFactor", 2, "mobile", true));
  }

  void show(Path... runs) throws Exception {
    Path file = folder.resolve("page.html");
    new Report(List.of(runs)).write(file);
    url = file.toUri().toString();
    browser.call("Page.navigate", Map.of("url", url));
    browser.await("Page.loadEventFired");
  }
}
