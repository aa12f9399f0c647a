package dev.minnow.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Lines of standard input as they are. An interrupt ends the process. */
final class PipedLines implements LineSource {
  private final BufferedReader lines;
  private boolean begun;

  PipedLines(Console console) {
    lines = new BufferedReader(new InputStreamReader(console.in(), StandardCharsets.UTF_8.newDecoder()));
  }

  @Override
  @Nullable
  public String next() throws IOException {
    try {
      String line = lines.readLine();
      boolean isFirst = !begun;
      begun = true;
      return line != null && isFirst ? Console.withoutByteOrderMark(line) : line;
    } catch (CharacterCodingException e) {
      throw new IOException("Standard input is not UTF-8; convert it first, for example with iconv.", e);
    }
  }

  @Override
  public String following() throws IOException {
    String line = next();
    return line == null ? "" : line;
  }

  @Override
  public void onInterrupt(Runnable action) {}

  @Override
  public void close() {}
}
