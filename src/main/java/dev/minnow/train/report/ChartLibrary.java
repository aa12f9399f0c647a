package dev.minnow.train.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Properties;

/**
 * uPlot, as its webjar has it on the class path.
 *
 * @param script that defines {@code uPlot}
 * @param style of what it draws
 * @param licence that must go with both
 */
record ChartLibrary(String script, String style, String licence) {
  private static final String VERSION = "META-INF/maven/org.webjars.npm/uplot/pom.properties";

  /**
   * Reads it.
   *
   * @throws ReportException if it is not on the class path
   */
  static ChartLibrary load() {
    try {
      Properties properties = new Properties();
      properties.load(new StringReader(text(VERSION)));
      String folder = "META-INF/resources/webjars/uplot/" + properties.getProperty("version") + "/";
      return new ChartLibrary(text(folder + "dist/uPlot.iife.min.js"), text(folder + "dist/uPlot.min.css"), text(folder + "LICENSE"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String text(String resource) throws IOException {
    try (InputStream in = ChartLibrary.class.getResourceAsStream("/" + resource)) {
      if (in == null) {
        throw new ReportException(
            "The chart library that reports are drawn with is not on the class path; add the dependency org.webjars.npm:uplot:1.6.30.");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
