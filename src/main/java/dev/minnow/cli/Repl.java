package dev.minnow.cli;

import dev.minnow.GenerationOptions;
import dev.minnow.Session;
import dev.minnow.generate.GeneratedText;
import dev.minnow.generate.StopReason;
import java.io.IOException;
import java.util.regex.Pattern;

/** Reads lines until they end: a command changes the settings, any other line is a text to continue. */
final class Repl {
  /** A command is a word after a slash; paths and comments are texts. */
  private static final Pattern COMMAND = Pattern.compile("/[a-z-]+(\\s.*)?");

  private final Session session;
  private final Console console;
  private final LineSource lines;
  private final ReplSettings settings;

  Repl(Session session, Console console, LineSource lines, GenerationOptions options) {
    this.session = session;
    this.console = console;
    this.lines = lines;
    this.settings = new ReplSettings(options);
    lines.onInterrupt(session::cancel);
  }

  /** Runs until the end of input or {@code /quit}. */
  void run() throws IOException {
    for (String line = lines.next(); line != null; line = lines.next()) {
      if (COMMAND.matcher(line).matches()) {
        if (line.strip().equals("/quit")) {
          return;
        }
        command(line.strip());
      } else if (!line.isBlank()) {
        session.rewrite(withFollowingLines(line));
        generate();
      }
    }
  }

  /** A backslash at its end joins a line with the next. */
  private String withFollowingLines(String first) throws IOException {
    StringBuilder joined = new StringBuilder(first);
    while (!joined.isEmpty() && joined.charAt(joined.length() - 1) == '\\') {
      joined.setCharAt(joined.length() - 1, '\n');
      String next = lines.next();
      joined.append(next == null ? "" : next);
    }
    return joined.toString();
  }

  private void command(String line) {
    try {
      if (line.equals("/more")) {
        generate();
      } else {
        String answer = settings.apply(line);
        if (!answer.isEmpty()) {
          console.notice(answer);
        }
      }
    } catch (IllegalArgumentException e) {
      console.notice("minnow: " + e.getMessage());
    }
  }

  private void generate() {
    StreamedText streamed = new StreamedText(console);
    GeneratedText result = session.generate("", settings.next(), streamed::print);
    streamed.endLine();
    if (result.stop() == StopReason.CANCELLED) {
      console.notice("[stopped]");
    }
  }
}
