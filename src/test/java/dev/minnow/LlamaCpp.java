package dev.minnow;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.Objects;

/** llama.cpp with one model, in a process that is destroyed at the end. */
final class LlamaCpp implements AutoCloseable {
  private static final String PROGRAM = "/llama-cpp/LlamaCppProcess.java";

  private final Process process;
  private final BufferedReader answers;

  LlamaCpp(Path model) {
    try {
      String program = Path.of(Objects.requireNonNull(LlamaCpp.class.getResource(PROGRAM)).toURI()).toString();
      this.process =
          new ProcessBuilder(
              Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx256m", "--enable-native-access=ALL-UNNAMED", "-cp",
              System.getProperty("java.class.path"), program, model.toString())
              // It tells at length of every model that it opens.
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      this.answers = process.inputReader(StandardCharsets.UTF_8);
      answer();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  private String answer() throws IOException {
    for (String line = answers.readLine(); line != null; line = answers.readLine()) {
      if (line.startsWith("> ")) {
        return line.substring(2);
      }
    }
    throw new IOException("The process of llama.cpp ended without an answer.");
  }

  private String ask(String question, String text) {
    try {
      byte[] line = (question + " " + Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8)) + "\n").getBytes(
          StandardCharsets.UTF_8);
      process.getOutputStream().write(line);
      process.getOutputStream().flush();
      return answer();
    } catch (IOException e) {
      throw new UncheckedIOException(question, e);
    }
  }

  /** The token ids of a text. */
  int[] encode(String text) {
    String[] ids = ask("encode", text).replaceAll("[\\[\\] ]", "").split(",", -1);
    return Arrays.stream(ids).filter(id -> !id.isEmpty()).mapToInt(Integer::parseInt).toArray();
  }

  /** What the model continues a prompt with, always by the likeliest token. */
  String greedy(String prompt, int tokens) {
    return new String(Base64.getDecoder().decode(ask("greedy " + tokens, prompt)), StandardCharsets.UTF_8);
  }

  /** By how much the log-probability of the likeliest next token is above that of another. */
  double margin(String prompt, int token) {
    return Double.parseDouble(ask("margin " + token, prompt));
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
