package dev.minnow.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** What one command line did, run in this process. */
record CommandRun(int exitCode, String out, String error) {
  static CommandRun of(String... arguments) {
    return of(Minnow.COMMANDS, Map.of(), "", arguments);
  }

  static CommandRun withInput(String input, String... arguments) {
    return of(Minnow.COMMANDS, Map.of(), input, arguments);
  }

  static CommandRun of(Map<String, Class<?>> commands, Map<String, String> environment, String input, String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream error = new ByteArrayOutputStream();
    Console console = Console.of(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)), out, error);
    int exitCode = Minnow.run(commands, console, environment, arguments);
    return new CommandRun(exitCode, out.toString(StandardCharsets.UTF_8), error.toString(StandardCharsets.UTF_8).replace("\r\n", "\n"));
  }
}
