package dev.minnow.train.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;

/**
 * A run's {@code metrics.jsonl}, which another process may be writing: half a line at its end waits for the next {@link #read}, which
 * goes on where this one ended. Lines that are no events are counted and skipped.
 */
final class MetricsFile {
  private static final int LONGEST_LINE_BYTES = 1 << 20;

  private static final JsonMapper JSON = JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  private final Path file;
  private RunHistory history = new RunHistory();
  private long position;
  private long damagedLines;
  private FileTime lastWritten = FileTime.fromMillis(0);

  MetricsFile(Path file) {
    this.file = file;
  }

  /**
   * Takes in what was added since the last time; all of it where the file was begun anew.
   *
   * @throws ReportException if there is no such file
   */
  RunHistory read() throws IOException {
    try (FileChannel channel = FileChannel.open(file)) {
      if (channel.size() < position) {
        history = new RunHistory();
        position = 0;
        damagedLines = 0;
      }
      lastWritten = Files.getLastModifiedTime(file);
      readLines(Channels.newInputStream(channel.position(position)));
    } catch (NoSuchFileException e) {
      throw new ReportException(
          "There is no " + file + ", which training writes; give the folder of a run that has made its first step.", e);
    }
    return history;
  }

  private void readLines(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    byte[] block = new byte[1 << 16];
    long lineBytes = 0;
    for (int count = in.read(block); count >= 0; count = in.read(block)) {
      int start = 0;
      for (int i = 0; i < count; i++) {
        if (block[i] == '\n') {
          lineBytes += i + 1 - start;
          line.write(block, start, i - start);
          accept(line.toByteArray());
          position += lineBytes;
          line.reset();
          lineBytes = 0;
          start = i + 1;
        }
      }
      lineBytes += count - start;
      // Of a line that is too long one byte too many is enough to know it by.
      line.write(block, start, Math.min(count - start, Math.max(0, LONGEST_LINE_BYTES + 1 - line.size())));
    }
  }

  private void accept(byte[] line) {
    if (line.length == 0) {
      return;
    }
    try {
      if (line.length > LONGEST_LINE_BYTES || !history.accept(JSON.readTree(new String(line, StandardCharsets.UTF_8)))) {
        damagedLines++;
      }
    } catch (JsonProcessingException e) {
      damagedLines++;
    }
  }

  long damagedLines() {
    return damagedLines;
  }

  /** When the file was last written, as of the latest {@link #read}. */
  FileTime lastWritten() {
    return lastWritten;
  }
}
