package dev.minnow.cli;

import dev.minnow.GenerationOptions;
import dev.minnow.Session;
import dev.minnow.generate.GeneratedText;
import dev.minnow.generate.StopReason;
import java.io.IOException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads lines until they end: a command changes the settings, any other line is a text to continue. */
final class Repl {
  /** A command is a word after a slash, on one line; paths, comments and what is pasted of several lines are texts. */
  private static final Pattern COMMAND = Pattern.compile("/[a-z-]+([ \\t].*)?");

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
        String text = withFollowingLines(line);
        if (text != null) {
          session.rewrite(text);
          generate();
        }
      }
    }
  }

  /** A backslash at its end joins a line with the next; null if the person gives the text up. */
  private @Nullable String withFollowingLines(String first) throws IOException {
    String text = first;
    while (text.endsWith("\\")) {
      String next = lines.following();
      if (next == null) {
        return null;
      }
      text = text.substring(0, text.length() - 1) + '\n' + next;
    }
    return text;
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
    GeneratedText result;
    try {
      result = session.generate("", settings.next(), streamed::print);
    } finally {
      streamed.endLine();
    }
    if (result.stop() == StopReason.CANCELLED) {
      console.notice("[stopped]");
    }
  }
}
