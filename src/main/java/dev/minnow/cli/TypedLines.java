package dev.minnow.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Objects;
import java.util.Optional;
import org.jline.keymap.KeyMap;
import org.jline.reader.Binding;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.Reference;
import org.jline.reader.UserInterruptException;
import org.jline.reader.impl.DefaultParser;
import org.jline.reader.impl.completer.StringsCompleter;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jspecify.annotations.Nullable;

/** Lines that a person types, with editing, completion of commands, and a history kept across sessions. */
final class TypedLines implements LineSource {
  private static final String PROMPT = "> ";

  /** Where a text goes on; as wide as the other. */
  private static final String FOLLOWING_PROMPT = ". ";

  private final Terminal terminal;
  private final LineReader reader;

  /**
   * Takes the terminal over until it is closed.
   *
   * @param words to complete
   * @param history file to keep lines in; empty for none
   */
  TypedLines(Collection<String> words, Optional<Path> history) throws IOException {
    terminal = TerminalBuilder.builder().system(true).encoding(StandardCharsets.UTF_8).build();
    // A backslash or a quote is part of the text, not of a shell's grammar.
    DefaultParser parser = new DefaultParser().quoteChars(new char[0]).escapeChars(new char[0]);
    LineReaderBuilder builder =
        LineReaderBuilder.builder()
            .terminal(terminal)
            .parser(parser)
            .completer(new StringsCompleter(words))
            .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true);
    history.ifPresent(file -> builder.variable(LineReader.HISTORY_FILE, file));
    reader = builder.build();
    bindArrowsTypedAhead();
  }

  /** Keys that are pressed while text is generated come as terminals send them outside of a line's editing. */
  private void bindArrowsTypedAhead() {
    KeyMap<Binding> keys = Objects.requireNonNull(reader.getKeyMaps().get(LineReader.MAIN));
    keys.bind(new Reference(LineReader.UP_LINE_OR_HISTORY), "\033[A");
    keys.bind(new Reference(LineReader.DOWN_LINE_OR_HISTORY), "\033[B");
    keys.bind(new Reference(LineReader.FORWARD_CHAR), "\033[C");
    keys.bind(new Reference(LineReader.BACKWARD_CHAR), "\033[D");
  }

  /**
   * The history file below the user's folder of program state, created if need be.
   *
   * @param stateHome value of XDG_STATE_HOME, if it is set
   * @return empty where it cannot be written
   */
  static Optional<Path> historyFile(@Nullable String stateHome) {
    Path state =
        stateHome == null || stateHome.isEmpty() ? Path.of(System.getProperty("user.home"), ".local", "state") : Path.of(stateHome);
    Path folder = state.resolve("minnow");
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      return Optional.empty();
    }
    Path file = folder.resolve("history");
    boolean writable = Files.exists(file) ? Files.isWritable(file) : Files.isWritable(folder);
    return writable ? Optional.of(file) : Optional.empty();
  }

  @Override
  @Nullable
  public String next() {
    while (true) {
      try {
        return reader.readLine(PROMPT);
      } catch (EndOfFileException e) {
        return null;
      } catch (UserInterruptException e) {
        // Ctrl-C throws the line away that was being typed, and the next one is read.
      }
    }
  }

  @Override
  @Nullable
  public String following() {
    try {
      return reader.readLine(FOLLOWING_PROMPT);
    } catch (EndOfFileException | UserInterruptException e) {
      return null;
    }
  }

  @Override
  public void onInterrupt(Runnable action) {
    terminal.handle(Terminal.Signal.INT, signal -> action.run());
  }

  @Override
  public void close() throws IOException {
    terminal.close();
  }
}
