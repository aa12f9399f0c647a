package dev.minnow.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** What one command line did, run in this process. */
record CommandRun(int exitCode, String out, String error) {
  private static final JsonMapper JSON = JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  static CommandRun of(String... arguments) {
    return of(Minnow.COMMANDS, Map.of(), "", arguments);
  }

  /** The one line of JSON on standard output of a command that succeeded. */
  JsonNode json() {
    assertEquals(0, exitCode, error);
    assertTrue(out.endsWith("}\n"), out);
    assertEquals(1, out.lines().count(), out);
    try {
      return JSON.readTree(out);
    } catch (JsonProcessingException e) {
      throw new AssertionError(out, e);
    }
  }

  static CommandRun withInput(String input, String... arguments) {
    return of(Minnow.COMMANDS, Map.of(), input, arguments);
  }

  static CommandRun withInput(byte[] input, String... arguments) {
    return of(Minnow.COMMANDS, Map.of(), input, arguments);
  }

  static CommandRun of(Map<String, Class<?>> commands, Map<String, String> environment, String input, String... arguments) {
    return of(commands, environment, input.getBytes(StandardCharsets.UTF_8), arguments);
  }

  private static CommandRun of(Map<String, Class<?>> commands, Map<String, String> environment, byte[] input, String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream error = new ByteArrayOutputStream();
    Console console = Console.of(new ByteArrayInputStream(input), out, error);
    int exitCode = Minnow.run(commands, console, environment, arguments);
    return new CommandRun(exitCode, out.toString(StandardCharsets.UTF_8), error.toString(StandardCharsets.UTF_8).replace("\r\n", "\n"));
  }

  /** The same run without what it printed before it failed. */
  CommandRun withoutOut() {
    return new CommandRun(exitCode, "", error);
  }
}
