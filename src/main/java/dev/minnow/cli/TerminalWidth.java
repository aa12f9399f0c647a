package dev.minnow.cli;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** How many columns the terminal has. */
final class TerminalWidth {
  /** Where nobody knows. */
  static final int USUAL = 80;

  /** Fewer show nothing of use, and terminals that do not know their size say 0. */
  private static final int LEAST = 10;

  private static final long PATIENCE_SECONDS = 1;

  private TerminalWidth() {}

  /** What COLUMNS says, else the terminal of this process. */
  static int columns() {
    return columns(System.getenv("COLUMNS"), terminalSize());
  }

  /** @param size rows and columns as {@code stty size} prints them */
  static int columns(@Nullable String variable, String size) {
    Matcher known = Pattern.compile("0*(\\d{1,4})").matcher(variable == null ? "" : variable.strip());
    Matcher asked = Pattern.compile("\\d+ (\\d{1,4})").matcher(size.strip());
    for (Matcher matcher : new Matcher[] {known, asked}) {
      if (matcher.matches() && Integer.parseInt(matcher.group(1)) >= LEAST) {
        return Integer.parseInt(matcher.group(1));
      }
    }
    return USUAL;
  }

  /** Java cannot ask a terminal for its size, and opening one with JLine takes longer than this program of every Unix. */
  private static String terminalSize() {
    File terminal = new File("/dev/tty");
    if (!terminal.exists()) {
      return "";
    }
    try {
      Process process = new ProcessBuilder("stty", "size").redirectInput(terminal).redirectError(ProcessBuilder.Redirect.DISCARD).start();
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        process.destroy();
        return "";
      }
      return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return "";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "";
    }
  }
}
