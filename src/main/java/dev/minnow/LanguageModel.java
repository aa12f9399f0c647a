package dev.minnow;

import dev.minnow.checkpoint.CheckpointException;
import dev.minnow.checkpoint.LoadedModel;
import dev.minnow.checkpoint.ModelFiles;
import dev.minnow.generate.GeneratedText;
import dev.minnow.generate.Sequence;
import dev.minnow.kernel.Kernel;
import dev.minnow.kernel.KernelChoice;
import dev.minnow.kernel.Precision;
import dev.minnow.model.ModelConfig;
import dev.minnow.model.Network;
import dev.minnow.model.ParameterSet;
import dev.minnow.tokenizer.Tokenizer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.Flow;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * A trained model, opened for generating and scoring. Its weights may be used from many threads at once, virtual ones too; each call and
 * each {@link Session} has a key/value cache of its own. {@link #close} waits for what running calls compute at the moment, a token or some
 * hundred of a prompt; what goes on after it fails with {@link IllegalStateException}.
 */
public final class LanguageModel implements AutoCloseable {
  private final Path path;
  private final ParameterSet parameters;
  private final Optional<Tokenizer> tokenizer;
  private final Kernel kernel;
  private final Network network;

  private LanguageModel(Path path, LoadedModel loaded, Kernel kernel, Precision precision) {
    this.path = path;
    this.parameters = loaded.parameters();
    this.tokenizer = loaded.tokenizer();
    this.kernel = kernel;
    this.network = new Network(kernel, parameters, precision.use());
  }

  /**
   * Opens a model folder or a GGUF file with the fastest kernel, one thread per processor and weights as they were trained.
   *
   * @throws CheckpointException if a file is missing, damaged or of an architecture that Minnow does not have; the message says which
   */
  public static LanguageModel open(Path path) {
    return open(path, KernelChoice.AUTO, Runtime.getRuntime().availableProcessors(), Precision.FP32);
  }

  /**
   * Opens a model folder, Minnow's own or another in the layout of Hugging Face, or a GGUF file.
   *
   * @param threads that share the work of one operation, at least 1
   * @param precision of the weights
   * @throws CheckpointException if a file is missing, damaged or of an architecture that Minnow does not have; the message says which
   * @throws IllegalStateException if the kernel cannot run here
   */
  public static LanguageModel open(Path path, KernelChoice kernel, int threads, Precision precision) {
    return open(path, ModelFiles.load(path), () -> kernel.open(precision.use(), threads), precision);
  }

  /** Joins a model with a kernel; if there is none, the model is closed. */
  static LanguageModel open(Path path, LoadedModel loaded, Supplier<Kernel> kernel, Precision precision) {
    try {
      Kernel opened = kernel.get();
      try {
        return new LanguageModel(path, loaded, opened, precision);
      } catch (RuntimeException | Error e) {
        opened.close();
        throw e;
      }
    } catch (RuntimeException | Error e) {
      loaded.close();
      throw e;
    }
  }

  /** The architecture. */
  public ModelConfig config() {
    return parameters.table().config();
  }

  /** Trained numbers in all. */
  public long parameterCount() {
    return parameters.table().elementCount();
  }

  /** The name of the kernel that runs. */
  public String kernel() {
    return kernel.name();
  }

  /** Threads that share the work of one operation. */
  public int threads() {
    return kernel.threads();
  }

  /**
   * The tokenizer.
   *
   * @throws IllegalStateException if the folder or file has none
   */
  public Tokenizer tokenizer() {
    return tokenizer.orElseThrow(
        () -> new IllegalStateException(
            path + (Files.isRegularFile(path) ? " has no tokenizer in it; open a file or folder that has one"
                : " has no tokenizer; add the model's tokenizer.json") + ", or call with token ids."));
  }

  /**
   * A new session, an empty text; the caller closes it.
   *
   * @throws IllegalStateException if the model has no tokenizer or is closed
   */
  public Session session() {
    return new Session(tokenizer(), new Sequence(kernel, network));
  }

  /**
   * Continues a prompt; each piece of text, in whole characters, goes to {@code consumer} as soon as it is known. An empty prompt begins a
   * new text.
   *
   * @throws IllegalStateException if the model has no tokenizer or is closed
   */
  public GeneratedText generate(String prompt, GenerationOptions options, Consumer<String> consumer) {
    try (Session session = session()) {
      return session.generate(prompt, options, consumer);
    }
  }

  /** As {@link #generate}, until {@code consumer} answers false. */
  public GeneratedText generateWhile(String prompt, GenerationOptions options, Predicate<String> consumer) {
    try (Session session = session()) {
      return session.generateWhile(prompt, options, consumer);
    }
  }

  /**
   * As {@link #generate}, for subscribers. Each of them gets the text from its beginning, generated for it alone on a virtual thread, and
   * at most one piece ahead of what it requests; one that cancels ends its own, also while its prompt is computed.
   */
  public Flow.Publisher<String> publish(String prompt, GenerationOptions options) {
    return new TextPublisher(
        () -> {
          Session session = session();
          try {
            return session.stream(prompt, options).andThen(session::close);
          } catch (RuntimeException | Error e) {
            session.close();
            throw e;
          }
        });
  }

  /**
   * The log-probability of each token given those before it, in nats. Of those past the context length, each is given at least the half
   * context before it.
   *
   * @return as many values as tokens; the first, which nothing precedes, is 0
   * @throws IllegalArgumentException if a token is outside the vocabulary
   * @throws IllegalStateException if the model was closed
   */
  public float[] score(int... tokens) {
    requireTokens(tokens);
    try (Sequence sequence = new Sequence(kernel, network)) {
      return sequence.score(tokens);
    }
  }

  /**
   * The V raw scores of every token after the last of {@code tokens}, of which there is at least one. Where there are more than the context
   * holds, T, they are those after the last T alone.
   *
   * @throws IllegalArgumentException if there is no token, or one outside the vocabulary
   * @throws IllegalStateException if the model was closed
   */
  public float[] logits(int... tokens) {
    requireTokens(tokens);
    try (Sequence sequence = new Sequence(kernel, network)) {
      return sequence.append(Arrays.copyOfRange(tokens, Math.max(0, tokens.length - config().contextLength()), tokens.length)).toFloats();
    }
  }

  private void requireTokens(int[] tokens) {
    for (int token : tokens) {
      if (token < 0 || token >= config().vocabularySize()) {
        throw new IllegalArgumentException(
            "The token " + token + " is not in the vocabulary, whose ids go from 0 to " + (config().vocabularySize() - 1) + ".");
      }
    }
  }

  @Override
  public void close() {
    // The first waits for running calls.
    parameters.close();
    network.close();
    kernel.close();
  }
}
