package dev.minnow.train.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

@Isolated
class ReportLogTest {
  @TempDir
  private Path folder;

  /** What is logged meanwhile. */
  private static List<String> warnings(Runnable work) {
    List<String> warnings = new ArrayList<>();
    Handler handler = new Handler() {
      @Override
      public void publish(LogRecord entry) {
        warnings.add(new SimpleFormatter().formatMessage(entry));
      }

      @Override
      public void flush() {}

      @Override
      public void close() {}
    };
    Logger logger = Logger.getLogger(ReportLog.class.getName());
    logger.addHandler(handler);
    logger.setUseParentHandlers(false);
    try {
      work.run();
    } finally {
      logger.removeHandler(handler);
      logger.setUseParentHandlers(true);
    }
    return warnings;
  }

  @Test
  void aRunWhoseFirstReportCannotBeWrittenSaysThatThereIsNone() {
    ReportLog log = new ReportLog(folder);
    List<String> warnings = warnings(() -> {
      log.saved(1, folder);
      log.saved(2, folder);
    });
    assertEquals(1, warnings.size(), warnings.toString());
    assertTrue(warnings.getFirst().startsWith("This run gets no report.html: "), warnings.toString());
  }

  @Test
  void aRunThatHasAReportSaysThatItStaysAsItIs() throws IOException {
    ExampleRun.write(folder, 20);
    ReportLog log = new ReportLog(folder);
    log.saved(20, folder);
    Files.delete(folder.resolve("metrics.jsonl"));
    List<String> warnings = warnings(() -> log.saved(30, folder));
    assertEquals(1, warnings.size(), warnings.toString());
    assertTrue(warnings.getFirst().startsWith("report.html stays as it was at step 20: "), warnings.toString());
  }
}
