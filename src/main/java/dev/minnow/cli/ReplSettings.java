package dev.minnow.cli;

import dev.minnow.GenerationOptions;
import dev.minnow.train.DecimalNumber;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The generation options of a REPL, which its commands change. */
final class ReplSettings {
  /** Applies a command's argument to options. */
  private interface Change {
    GenerationOptions apply(GenerationOptions options, String argument);
  }

  private record Setting(String argument, String description, Change change) {}

  private static final Map<String, Setting> SETTINGS = settings();

  private static final Map<String, String> OTHERS = new TreeMap<>(
      Map.of("/help", "this list", "/more", "continue the last text", "/settings", "what is set now", "/quit", "end, as Ctrl-D does"));

  private GenerationOptions options;
  private long seedOffset;

  ReplSettings(GenerationOptions options) {
    this.options = options;
  }

  private static Map<String, Setting> settings() {
    Map<String, Setting> settings = new LinkedHashMap<>();
    settings.put(
        "/tokens", new Setting("N", "tokens to generate at most", (options, argument) -> options.withMaximumTokens(wholeNumber(argument))));
    settings.put(
        "/temperature", new Setting("X", "0 for the most likely text", (options, argument) -> options.withTemperature(number(argument))));
    settings.put(
        "/top-k", new Setting("N", "draw from the N most likely tokens", (options, argument) -> options.withTopK(wholeNumber(argument))));
    settings.put(
        "/top-p",
        new Setting("P", "draw from the tokens that make up probability P", (options, argument) -> options.withTopP(number(argument))));
    settings.put(
        "/min-p",
        new Setting("P", "draw from tokens at least P times the likeliest", (options, argument) -> options.withMinP(number(argument))));
    settings.put(
        "/repetition-penalty",
        new Setting("X", "above 1 for fewer repetitions", (options, argument) -> options.withRepetitionPenalty(number(argument))));
    settings.put("/seed", new Setting("N", "begin again from this seed", (options, argument) -> options.withSeed(longNumber(argument))));
    settings.put("/stop", new Setting("[TEXT]", "one more text to end at; none for no such text", ReplSettings::withStop));
    return settings;
  }

  private static GenerationOptions withStop(GenerationOptions options, String argument) {
    if (argument.isEmpty()) {
      return options.withStops();
    }
    List<String> stops = new ArrayList<>(options.stops());
    stops.add(argument);
    return options.withStops(stops.toArray(String[]::new));
  }

  /** All commands, for completion. */
  static List<String> commands() {
    List<String> commands = new ArrayList<>(SETTINGS.keySet());
    commands.addAll(OTHERS.keySet());
    return commands;
  }

  /** Options of the next text: the same line continues in another way each time. */
  GenerationOptions next() {
    return options.withSeed(options.seed() + seedOffset++);
  }

  /**
   * Applies one command.
   *
   * @return what to tell the person; empty for nothing
   * @throws IllegalArgumentException if there is no such command or its argument is wrong
   */
  String apply(String line) {
    String[] words = line.split("\\s+", 2);
    String argument = words.length < 2 ? "" : words[1];
    if (OTHERS.containsKey(words[0]) && !argument.isEmpty()) {
      throw new IllegalArgumentException(words[0] + " takes nothing; type it alone.");
    }
    if (words[0].equals("/help")) {
      return help();
    }
    if (words[0].equals("/settings")) {
      return describe();
    }
    Setting setting = SETTINGS.get(words[0]);
    if (setting == null) {
      String meant = Suggestion.of(words[0], commands()).map(name -> "did you mean " + name + "?").orElse("/help lists the commands.");
      throw new IllegalArgumentException("There is no command " + words[0] + "; " + meant);
    }
    options = setting.change().apply(options, argument);
    if (words[0].equals("/seed")) {
      seedOffset = 0;
    }
    return "";
  }

  private static String help() {
    StringBuilder help = new StringBuilder("A line is a text to continue; a backslash at its end joins it with the next line.\n");
    SETTINGS.forEach((name, setting) -> help.append(helpLine(name + " " + setting.argument(), setting.description())));
    OTHERS.forEach((name, description) -> help.append(helpLine(name, description)));
    return help + "Ctrl-C stops the text that is being generated, and gives up one that is being typed.";
  }

  private static String helpLine(String command, String description) {
    return String.format(Locale.ROOT, "  %-24s %s%n", command, description);
  }

  private String describe() {
    String stops = options.stops().stream().map(TerminalText::quoted).collect(Collectors.joining(" "));
    return String.format(
        Locale.ROOT,
        "tokens %d, temperature %s, top-k %d, top-p %s, min-p %s, repetition-penalty %s, seed %d, stop %s",
        options.maximumTokens(),
        options.temperature(),
        options.topK(),
        options.topP(),
        options.minP(),
        options.repetitionPenalty(),
        options.seed() + seedOffset,
        stops.isEmpty() ? "at no text" : stops);
  }

  private static int wholeNumber(String argument) {
    long number = longNumber(argument);
    if (number != (int) number) {
      throw new IllegalArgumentException(number + " is too large.");
    }
    return (int) number;
  }

  private static long longNumber(String argument) {
    try {
      return Long.parseLong(argument);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("The command takes a whole number, not \"" + argument + "\".", e);
    }
  }

  private static float number(String argument) {
    try {
      return DecimalNumber.floatOf(argument);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("The command takes a decimal number such as 0.5, not \"" + argument + "\".", e);
    }
  }
}
