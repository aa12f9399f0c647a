package dev.minnow.train.inspect;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.minnow.checkpoint.CheckpointFolder;
import dev.minnow.model.ModelConfig;
import dev.minnow.model.ParameterTable;
import dev.minnow.train.FoldedTraining;
import dev.minnow.train.RunOptions;
import dev.minnow.train.RunSetup;
import dev.minnow.train.TrainingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** What a model's folder says of the training run that made it. A model from elsewhere has none, and a damaged one counts as none. */
public final class RunRecord {
  private static final String STATE = "training.json";
  private static final String MOMENTS = "optimizer.safetensors";
  private static final long LARGEST_BYTES = 64L << 20;
  private static final JsonMapper JSON = new JsonMapper();

  private final Path folder;
  private final Optional<RunOptions> options;
  private final long step;
  private final String absence;

  private RunRecord(Path folder, Optional<RunOptions> options, long step, String absence) {
    this.folder = folder;
    this.options = options;
    this.step = step;
    this.absence = absence;
  }

  /** Reads that of a model. */
  public static RunRecord read(Path model) {
    Path file = model.resolve(STATE);
    if (!Files.isRegularFile(file)) {
      return absent(model,
          Files.isDirectory(model) ? "the folder has no " + STATE : "a file of weights alone does not tell of its training");
    }
    try {
      if (Files.size(file) > LARGEST_BYTES) {
        return absent(model, STATE + " is larger than 64 MiB and was not read");
      }
      JsonNode state = JSON.readTree(file.toFile());
      if (!(state.path("options") instanceof ObjectNode options) || options.isEmpty()) {
        return absent(model, STATE + " has no options of a run");
      }
      RunOptions run = RunOptions.stored(options);
      run.training();
      return new RunRecord(model, Optional.of(run), Math.max(0, state.path("step").asLong()), "");
    } catch (JsonProcessingException e) {
      return absent(model, STATE + " is not valid JSON");
    } catch (IOException e) {
      return absent(model, STATE + " cannot be read");
    } catch (TrainingException | IllegalArgumentException e) {
      return absent(model, "the options in " + STATE + " are damaged");
    }
  }

  /** The folders of the runs that a folder holds: those of folds, as many as there are of this training, or itself. */
  public static List<Path> runsIn(Path folder) {
    if (new CheckpointFolder(folder).resumable()) {
      return List.of(folder);
    }
    int most = read(FoldedTraining.fold(folder, 1)).options().map(RunOptions::folds).filter(folds -> folds > 0).orElse(Integer.MAX_VALUE);
    List<Path> folds =
        IntStream.rangeClosed(1, most).mapToObj(number -> FoldedTraining.fold(folder, number)).takeWhile(Files::isDirectory).toList();
    return folds.isEmpty() ? List.of(folder) : folds;
  }

  private static RunRecord absent(Path model, String why) {
    return new RunRecord(model, Optional.empty(), 0, why);
  }

  /** The options of the run. */
  public Optional<RunOptions> options() {
    return options;
  }

  /** Steps that it had done, skipped ones included. */
  public long step() {
    return step;
  }

  /** Where its optimizer's moments may be: the folder, if it has them. */
  Optional<Path> moments() {
    return options.isPresent() && Files.isRegularFile(folder.resolve(MOMENTS)) ? Optional.of(folder) : Optional.empty();
  }

  /**
   * How the parameters of the model began.
   *
   * @param table that says how each began
   * @param seed of their generators
   */
  record Start(ParameterTable table, long seed) {}

  /** The start of a model of this shape, if the run began fresh; {@link #startUnknown} says why there is none. */
  Optional<Start> start(ModelConfig config) {
    return startUnknown(config).isPresent()
        ? Optional.empty()
        : options.map(run -> new Start(new ParameterTable(config, run.setup().initialization()), run.initializationSeed()));
  }

  /** Why nobody knows how a model of this shape began, in words; nothing if it is known. */
  Optional<String> startUnknown(ModelConfig config) {
    if (options.isEmpty()) {
      return Optional.of(absence);
    }
    RunSetup setup = options.get().setup();
    if (setup.from() != null) {
      return Optional.of("the run began with the weights of " + setup.from());
    }
    return setup.config(config.vocabularySize()).equals(config) ? Optional.empty() : Optional.of(STATE + " is that of another model");
  }
}
