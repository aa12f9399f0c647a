package dev.minnow.checkpoint;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.minnow.corpus.RunFiles;
import dev.minnow.model.ModelConfig;
import dev.minnow.model.ParameterSet;
import dev.minnow.tokenizer.FileProblem;
import dev.minnow.tokenizer.Tokenizer;
import dev.minnow.tokenizer.TokenizerConfigJson;
import dev.minnow.tokenizer.TokenizerException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** A model folder in the layout of Hugging Face transformers, its weights in one safetensors file or in several with an index. */
public final class HuggingFaceFolder {
  static final String CONFIG = "config.json";
  static final String GENERATION_CONFIG = "generation_config.json";
  static final String TOKENIZER = "tokenizer.json";
  static final String TOKENIZER_CONFIG = TokenizerConfigJson.FILE_NAME;
  private static final String INDEX = "model.safetensors.index.json";

  /** Any of these says that the folder means to have a tokenizer. */
  private static final List<String> TOKENIZER_FILES = List.of(TOKENIZER, "vocab.json", "encoder.json");

  private static final String TYPE = "torch_dtype";

  /** What PyTorch calls the types of weights. */
  private static final Map<StoredType, String> TYPE_NAMES =
      Map.of(StoredType.F32, "float32", StoredType.F16, "float16", StoredType.BF16, "bfloat16");

  private HuggingFaceFolder() {}

  /**
   * Reads a folder.
   *
   * @throws CheckpointException naming the file that is missing, damaged or of a kind that Minnow does not support
   */
  public static LoadedModel load(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new CheckpointException("There is no model folder " + folder + "; give the path of a folder with a config.json.");
    }
    ModelConfig config = readConfig(folder.resolve(CONFIG));
    // A large vocabulary takes as long to read as the weights.
    CompletableFuture<Optional<Tokenizer>> tokenizer =
        CompletableFuture.supplyAsync(() -> readTokenizer(folder, config), Thread::startVirtualThread);
    try (WeightFiles file = openWeights(folder)) {
      ParameterSet parameters = HuggingFaceWeights.read(file, config);
      try {
        return LoadedModel.of(parameters, result(tokenizer));
      } catch (RuntimeException | Error e) {
        parameters.close();
        throw e;
      }
    }
  }

  private static Optional<Tokenizer> result(CompletableFuture<Optional<Tokenizer>> tokenizer) {
    try {
      return tokenizer.join();
    } catch (CompletionException e) {
      throw switch (e.getCause()) {
        case RuntimeException refused -> refused;
        case Error error -> throw error;
        case null, default -> e;
      };
    }
  }

  /** @throws CheckpointException if it is damaged, or has more tokens than the model */
  private static Optional<Tokenizer> readTokenizer(Path folder, ModelConfig config) {
    if (TOKENIZER_FILES.stream().noneMatch(name -> Files.exists(folder.resolve(name)))) {
      return Optional.empty();
    }
    try {
      Tokenizer tokenizer = loadTokenizer(folder);
      if (tokenizer.vocabularySize() > config.vocabularySize()) {
        throw new CheckpointException(
            String.format(Locale.ROOT, "The tokenizer in %s has %d tokens and the model only %d; use the tokenizer of this model.", folder,
                tokenizer.vocabularySize(), config.vocabularySize()));
      }
      return Optional.of(tokenizer);
    } catch (TokenizerException e) {
      throw new CheckpointException(String.valueOf(e.getMessage()), e);
    } catch (IOException e) {
      throw new CheckpointException(
          "The tokenizer in " + folder + " cannot be read: " + FileProblem.of(e) + "; check its permissions.", e);
    }
  }

  /**
   * The tokenizer in a folder, with what the model's files say of how texts begin and end.
   *
   * @throws TokenizerException if there is none, or it is damaged or not supported
   */
  static Tokenizer loadTokenizer(Path folder) throws IOException {
    Optional<Integer> beginning = Optional.empty();
    Optional<int[]> ends = Optional.empty();
    // Transformers asks the first of these files that is there.
    for (Path file : List.of(folder.resolve(GENERATION_CONFIG), folder.resolve(CONFIG))) {
      if (Files.exists(file)) {
        JsonFile json = JsonFile.read(file);
        beginning = ModelConfigJson.beginning(json);
        ends = ModelConfigJson.ends(json);
        break;
      }
    }
    OptionalInt first = beginning.map(OptionalInt::of).orElse(OptionalInt.empty());
    return Tokenizer.load(folder).withEnds(ends.orElse(new int[0])).withFirstToken(first);
  }

  private static WeightFiles openWeights(Path folder) {
    if (!Files.exists(folder.resolve(RunFiles.WEIGHTS))) {
      if (Files.exists(folder.resolve(INDEX))) {
        return ShardedSafetensors.open(folder.resolve(INDEX));
      }
      for (Path file : children(folder)) {
        if (Pickle.hasNameOfOne(file)) {
          throw Pickle.refused(file);
        }
      }
    }
    return SafetensorsFile.open(folder.resolve(RunFiles.WEIGHTS));
  }

  private static List<Path> children(Path folder) {
    try {
      return FileOperations.children(folder);
    } catch (IOException e) {
      throw new CheckpointException(folder + " cannot be read: " + FileProblem.of(e) + "; check its permissions.", e);
    }
  }

  /** Whether programs around Hugging Face transformers have a class for such a model, so that they open its folder. */
  public static boolean isKnownElsewhere(ModelConfig config) {
    return HuggingFaceNames.areKnown(config);
  }

  /** Reads the architecture from a {@code config.json}. */
  public static ModelConfig readConfig(Path file) {
    return ModelConfigJson.read(JsonFile.read(file));
  }

  /** Writes the files of a model into a folder that has none of them, each synced to disk. */
  static void write(Path folder, LoadedModel model, FileOperations files) throws IOException {
    write(folder, model, StoredType.F32, files);
  }

  /**
   * As {@link #write(Path, LoadedModel, FileOperations)}, with the weights as a floating-point type.
   *
   * @return how many tensors these are
   */
  static int write(Path folder, LoadedModel model, StoredType type, FileOperations files) throws IOException {
    ObjectNode config = ModelConfigJson.write(model.config(), model.tokenizer());
    config.put(TYPE, TYPE_NAMES.get(type));
    files.writeFile(folder.resolve(CONFIG), JsonFile.bytes(config));
    ObjectNode generation = JsonFile.newObject();
    ModelConfigJson.putGeneration(generation, model.tokenizer());
    files.writeFile(folder.resolve(GENERATION_CONFIG), JsonFile.bytes(generation));
    if (model.tokenizer().isPresent()) {
      Tokenizer tokenizer = model.tokenizer().get();
      files.writeFile(folder.resolve(TOKENIZER), tokenizer.toJson());
      files.writeFile(folder.resolve(TOKENIZER_CONFIG), TokenizerConfigJson.write(tokenizer, model.config().contextLength()));
    }
    SafetensorsWriter weights = HuggingFaceWeights.writer(model.parameters(), type);
    files.writeFile(folder.resolve(RunFiles.WEIGHTS), weights::writeTo);
    return weights.tensorCount();
  }
}
