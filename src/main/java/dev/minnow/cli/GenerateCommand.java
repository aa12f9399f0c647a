package dev.minnow.cli;

import dev.minnow.GenerationOptions;
import dev.minnow.LanguageModel;
import dev.minnow.Session;
import dev.minnow.generate.GeneratedText;
import dev.minnow.generate.GeneratedToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Continues a prompt and shows the text as it comes. */
@Command(name = "generate", description = "Continue a text with a model.")
final class GenerateCommand implements Callable<Integer>, HasIdleOptions {
  private final Console console;

  @Parameters(paramLabel = "MODEL", description = "Model folder or GGUF file.")
  private Path folder;

  @Option(names = "--prompt", paramLabel = "TEXT",
      description = "Text to continue; without this option standard input, less one line end at its end.")
  private @Nullable String prompt;

  @Mixin
  private SamplingOptions sampling;

  @Option(names = "--logprobs", description = "Show each token with the natural logarithm of its probability.")
  private boolean logProbabilities;

  @Option(names = "--alternatives", paramLabel = "N",
      description = "With --logprobs: show as many of the most likely tokens in the place of each (default: ${DEFAULT-VALUE}).")
  private int alternatives = 0;

  @Option(names = "--no-echo", description = "Leave the prompt out of the output.")
  private boolean noEcho;

  @Mixin
  private ComputeOptions compute;
  @Mixin
  private PrecisionOption weights;
  @Mixin
  private JsonOption output;

  GenerateCommand(Console console) {
    this.console = console;
  }

  @Override
  public boolean isIdle(String option) {
    return option.equals("--alternatives") && !logProbabilities;
  }

  @Override
  public Integer call() throws IOException {
    if (alternatives > 0 && !logProbabilities) {
      throw new IllegalArgumentException("--alternatives are shown with --logprobs; give both.");
    }
    GenerationOptions options = sampling.options().withLogProbabilities(logProbabilities).withAlternatives(alternatives);
    int threads = compute.threads();
    if (prompt != null) {
      TextOption.noteNameOfFile(console, "--prompt", prompt);
    }
    String text = prompt == null ? readPrompt() : prompt;
    try (LanguageModel model = LanguageModel.open(folder, compute.kernel, threads, weights.precision); Session session = model.session()) {
      session.append(text);
      noteLongPrompt(session.tokens().length, model.config().contextLength());
      if (output.json) {
        console.println(json(session.generate("", options, piece -> {}), options).toString());
      } else {
        stream(model, session, text, options);
      }
    }
    return ExitCode.DONE;
  }

  private void noteLongPrompt(int tokens, int context) {
    if (tokens > context) {
      console.note("the prompt has " + tokens + " tokens, of which the model sees at most the last " + context + ", its context.");
    }
  }

  private String readPrompt() throws IOException {
    if (console.inputIsTerminal()) {
      console.notice("Type the text to continue and end it with Ctrl-D.");
    }
    String text = console.readAll();
    return text.endsWith("\n") ? text.substring(0, text.length() - (text.endsWith("\r\n") ? 2 : 1)) : text;
  }

  /** @param text that the session holds */
  private void stream(LanguageModel model, Session session, String text, GenerationOptions options) {
    StreamedText streamed = new StreamedText(console);
    if (!noEcho) {
      streamed.print(text);
    }
    GeneratedText result;
    try {
      result = session.generate("", options, streamed::print);
    } finally {
      streamed.endLine();
    }
    if (logProbabilities) {
      result.tokens().forEach(token -> show(model, token));
    }
    if (console.errorIsTerminal()) {
      console.notice(summary(result));
    }
  }

  /** What became of a text, in one line. */
  static String summary(GeneratedText result) {
    double rate = result.tokensPerSecond();
    return String.format(
        Locale.ROOT, "[%d tokens, %s%s]", result.tokens().size(), rate > 0 ? String.format(Locale.ROOT, "%.1f tokens/s, ", rate) : "",
        stop(result));
  }

  /** A token with its log-probability, and what could have stood there, indented. */
  private void show(LanguageModel model, GeneratedToken token) {
    console.println(tokenLine(model, token.id(), token.logProbability()));
    token
        .alternatives()
        .forEach(alternative -> console.println("    " + tokenLine(model, alternative.id(), alternative.logProbability())));
  }

  /** A token's log-probability, id and text. */
  private static String tokenLine(LanguageModel model, int id, float logProbability) {
    String text = new String(model.tokenizer().bytes(id), StandardCharsets.UTF_8);
    return String.format(Locale.ROOT, "%9.4f  %6d  %s", logProbability, id, TerminalText.quoted(text));
  }

  private JsonLine json(GeneratedText result, GenerationOptions options) {
    JsonLine json =
        new JsonLine()
            .put("text", result.text())
            .put("tokens", result.tokens().size())
            .put("stop", stop(result))
            .put("tokens_per_second", result.tokensPerSecond() > 0 ? result.tokensPerSecond() : null)
            .put("seed", options.seed());
    if (logProbabilities) {
      List<GeneratedToken> tokens = result.tokens();
      json.put("ids", tokens.stream().map(GeneratedToken::id).toList());
      json.put("logprobs", tokens.stream().map(GeneratedToken::logProbability).toList());
      if (alternatives > 0) {
        json.put("alternatives", tokens.stream().map(GenerateCommand::alternatives).toList());
      }
    }
    return json;
  }

  private static List<JsonLine> alternatives(GeneratedToken token) {
    return token.alternatives()
        .stream()
        .map(alternative -> new JsonLine().put("id", alternative.id()).put("logprob", alternative.logProbability()))
        .toList();
  }

  private static String stop(GeneratedText result) {
    return result.stop().name().toLowerCase(Locale.ROOT);
  }
}
