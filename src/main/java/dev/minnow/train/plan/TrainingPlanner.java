package dev.minnow.train.plan;

import dev.minnow.kernel.Kernel;
import dev.minnow.memory.SystemMemory;
import dev.minnow.model.ModelConfig;
import dev.minnow.model.ParameterTable;
import dev.minnow.model.TokenCost;
import dev.minnow.tokenizer.WorkListener;
import dev.minnow.train.Preset;
import dev.minnow.train.option.RunOptions;
import dev.minnow.train.run.StepPlanner;
import dev.minnow.train.step.MemoryPlan;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds what to train on a corpus within a budget. Nothing large is allocated before it is known to fit. */
public final class TrainingPlanner {
  /** Options that say which model; with one of them there is nothing to choose. */
  private static final Set<String> SHAPE = Set.of("layers", "heads", "width");

  /** Tokens for each parameter that are compute-optimal (Hoffmann et al., 2022), for a budget without a time. */
  private static final double OPTIMAL_TOKENS = 20;

  /** More readings of the same text teach less than they tempt to learn it by heart. */
  private static final double MOST_EPOCHS = 8;

  /** From so many readings on, dropout pays. */
  private static final double DROPOUT_EPOCHS = 6;

  private static final double DROPOUT = 0.1;

  /** A run of fewer steps than this has hardly left its warm-up. */
  private static final long LEAST_STEPS = 200;

  private static final int MOST_CANDIDATES = 8;

  /** One probe's share of the time to train, at most. */
  private static final double PROBE_SHARE = 0.1;

  /** An evaluation has no backward pass. */
  private static final double EVALUATION_SPEED = 3;

  private final Kernel kernel;
  private final CorpusProfile corpus;
  private final ScalingLaw law;
  private final Budget budget;
  private final Pilot pilot;
  private final Rehearsal rehearsal;
  private final SpeedProbe speed;

  /**
   * A planner for one corpus.
   *
   * @param kernel that the training would run on
   */
  public TrainingPlanner(Kernel kernel, CorpusProfile corpus, ScalingLaw law, Budget budget) {
    this(kernel, corpus, law, budget, new PilotRun(kernel), Rehearsal.of(kernel), SpeedProbe.steps(kernel));
  }

  TrainingPlanner(Kernel kernel, CorpusProfile corpus, ScalingLaw law, Budget budget, Pilot pilot, Rehearsal rehearsal,
      SpeedProbe.StepTimer timer) {
    this.pilot = pilot;
    this.rehearsal = rehearsal;
    this.kernel = kernel;
    this.corpus = corpus;
    this.law = law;
    this.budget = budget;
    this.speed = new SpeedProbe(timer, budget.minutes() == null ? Double.MAX_VALUE : PROBE_SHARE * 60 * budget.minutes());
  }

  /** A model before its speed is known. */
  private record Model(
      Preset preset, Map<String, Object> given, RunOptions run, ParameterTable table, MemoryPlan memory, long peakBytes) {}

  /**
   * Weighs models against each other.
   *
   * @param preset whose model alone is planned for; null to choose
   * @param given options that all candidates have; where they say a shape, there is one candidate
   * @param listener hears what is tried
   * @throws PlanException if no model fits the budget
   */
  public TrainingPlan plan(@Nullable Preset preset, Map<String, Object> given, WorkListener listener) throws IOException {
    List<TrainingPlan.Refusal> refused = new ArrayList<>();
    List<Model> models = new ArrayList<>();
    boolean one = preset != null || given.keySet().stream().anyMatch(SHAPE::contains) || !budget.isBounded();
    for (Map<String, Object> options : one ? List.of(given) : ladder(given)) {
      Model model = model(preset == null ? Preset.TINY : preset, options);
      String obstacle = obstacle(model);
      if (obstacle == null) {
        models.add(model);
      } else {
        refused.add(
            new TrainingPlan.Refusal(
                model.table.config().layerCount(), model.table.config().width(), model.table.elementCount(), obstacle));
      }
    }
    if (models.isEmpty()) {
      throw new PlanException(
          "%s: %s; give %s.".formatted(
              one ? "This model does not fit" : "Not even the smallest model fits", refused.getFirst().reason(),
              one ? "a larger budget or choose a smaller model" : "a larger budget"));
    }
    listener.working("training a small model; planning takes one to two minutes", 0, 0);
    return weigh(models, refused, corpus.pilot(pilot), listener);
  }

  private List<Map<String, Object>> ladder(Map<String, Object> given) {
    return ModelLadder.rungs(corpus.trainingBytes()).stream().map(rung -> {
      Map<String, Object> options = new LinkedHashMap<>(rung);
      options.putAll(given);
      return options;
    }).toList();
  }

  private Model model(Preset preset, Map<String, Object> given) throws IOException {
    Map<String, Object> real = new LinkedHashMap<>(given);
    real.put("vocab-size", corpus.vocabularySize(options(preset, given).setup().vocabularySize()));
    RunOptions run = options(preset, real);
    ModelConfig config = run.setup().config();
    MemoryPlan.Part tokens = new MemoryPlan.Part("tokens of the corpus", corpus.tokenFileBytes(config.vocabularySize()));
    MemoryPlan.Part left = new MemoryPlan.Part("left by preparing", corpus.leftByPreparingBytes());
    MemoryPlan memory = MemoryPlan.ofRun(kernel, config, run.withSteps(1).training()).with(left).with(tokens);
    return new Model(preset, given, run, new ParameterTable(config), memory, Math.max(memory.bytes(), corpus.preparingBytes()));
  }

  private Model withDropout(Model model) throws IOException {
    Map<String, Object> given = new LinkedHashMap<>(model.given);
    given.put("dropout", DROPOUT);
    return model(model.preset, given);
  }

  private static RunOptions options(Preset preset, Map<String, Object> given) {
    Map<String, Object> whole = new LinkedHashMap<>(given);
    whole.put("corpus", List.of());
    return RunOptions.create(preset, whole);
  }

  private @Nullable String obstacle(Model model) {
    long available = SystemMemory.availableBytes();
    long limit = budget.memoryBytes() == null ? available : Math.min(available, budget.memoryBytes());
    if (model.peakBytes > limit) {
      return String.format(Locale.ROOT, "it takes %,d MiB of memory, and there are %,d", model.peakBytes >> 20, limit >> 20);
    }
    if (budget.parameters() != null && model.table.elementCount() > budget.parameters()) {
      return String.format(Locale.ROOT, "it has %,d parameters, and at most %,d are wanted", model.table.elementCount(),
          budget.parameters());
    }
    return null;
  }

  private TrainingPlan weigh(List<Model> models, List<TrainingPlan.Refusal> refused, Pilot.Losses losses, WorkListener listener)
      throws IOException {
    listener.working("timing steps", 0, 0);
    measure(models.getFirst());
    List<Model> timely = models.stream().filter(model -> model.equals(models.getFirst()) || hasTime(model)).toList();
    timely = timely.subList(Math.max(0, timely.size() - MOST_CANDIDATES), timely.size());
    if (timely.size() > 2) {
      measure(timely.get(timely.size() / 2));
    }
    if (timely.size() > 1) {
      measure(timely.getLast());
    }
    Candidate rough = best(candidates(timely, losses));
    speed.measureLast(rough.run(), TokenCost.flopsPerTrainedToken(rough.table()));
    List<Candidate> ofLaw = candidates(timely, losses);
    Candidate recommended = best(ofLaw);
    Rehearsed rehearsed = rehearse(recommended, listener);
    // How far off the law is depends on the corpus more than on the model.
    double factor = rehearsed == null ? 1 : rehearsed.correction(recommended.outlook().bitsPerByte(), recommended.length().steps());
    List<Candidate> candidates = ofLaw.stream().map(candidate -> candidate.withOutlook(candidate.outlook().times(factor))).toList();
    return new TrainingPlan(
        corpus, losses.bitsPerByte(), losses.longerBitsPerByte(), rehearsed, candidates, refused,
        candidates.get(ofLaw.indexOf(recommended)));
  }

  private @Nullable Rehearsed rehearse(Candidate candidate, WorkListener listener) throws IOException {
    OptionalLong rehearsedSteps =
        Rehearsal.steps(candidate.length().steps(), Math.round(candidate.stepTokens()), candidate.stepSeconds());
    if (rehearsedSteps.isEmpty()) {
      return null;
    }
    listener.working("rehearsing the training", 0, 0);
    return corpus.rehearse(rehearsal, candidate.run(), rehearsedSteps.getAsLong());
  }

  private void measure(Model model) throws IOException {
    speed.measure(model.run, TokenCost.flopsPerTrainedToken(model.table));
  }

  private double tokensPerSecond(Model model) {
    return speed.tokensPerSecond(model.run, TokenCost.flopsPerTrainedToken(model.table));
  }

  private boolean hasTime(Model model) {
    return budget.minutes() == null
        || budget.minutes() * 60 * tokensPerSecond(model) > LEAST_STEPS * stepTokens(model);
  }

  private static double stepTokens(Model model) {
    return model.run.withSteps(1).training().windowsPerStep() * (double) model.table.config().contextLength();
  }

  private static Candidate best(List<Candidate> candidates) {
    return candidates.stream().min(Comparator.comparingDouble(candidate -> candidate.outlook().bitsPerByte())).orElseThrow();
  }

  private List<Candidate> candidates(List<Model> models, Pilot.Losses losses) throws IOException {
    List<Candidate> candidates = new ArrayList<>();
    for (Model model : models) {
      boolean drops = !model.given.containsKey("dropout") && length(model).epochs() > DROPOUT_EPOCHS;
      candidates.add(candidate(drops ? withDropout(model) : model, losses));
    }
    return candidates;
  }

  private Candidate candidate(Model model, Pilot.Losses losses) throws IOException {
    Candidate.Length length = length(model);
    int vocabulary = model.table.config().vocabularySize();
    ScalingLaw.Text text =
        new ScalingLaw.Text(length.tokens() * corpus.trainingBytes() / corpus.trainingTokens(vocabulary), corpus.trainingBytes());
    ScalingLaw.Setting setting =
        new ScalingLaw.Setting(
            corpus.ngramBitsPerByte(), losses.bitsPerByte(), losses.longerBitsPerByte(), corpus.pilotText(), model.table.elementCount(),
            text, stepTokens(model));
    double bitsPerByte = law.bitsPerByte(setting);
    double loss = bitsPerByte * Math.log(2) * corpus.bytesPerToken(vocabulary);
    return new Candidate(
        model.given, model.run, model.table, model.memory, model.peakBytes, tokensPerSecond(model), length,
        new Candidate.Outlook(bitsPerByte, loss, law.isFamiliar(setting)));
  }

  private Candidate.Length length(Model model) throws IOException {
    double tokensPerSecond = tokensPerSecond(model);
    double stepTokens = stepTokens(model);
    int vocabulary = model.table.config().vocabularySize();
    double epochTokens = corpus.trainingTokens(vocabulary);
    double stepSeconds = stepTokens / tokensPerSecond;
    double evaluationSeconds = corpus.heldOutTokens(vocabulary) / (EVALUATION_SPEED * tokensPerSecond);
    Double minutes = budget.minutes();
    if (minutes != null) {
      long steps = StepPlanner.expectedSteps(minutes, stepSeconds, evaluationSeconds);
      double epochs = steps * stepTokens / epochTokens;
      if (epochs <= MOST_EPOCHS) {
        return new Candidate.Length(steps, steps * stepTokens, epochs, minutes, Map.entry("minutes", minutes), true);
      }
      steps = Math.max(1, Math.round(MOST_EPOCHS * epochTokens / stepTokens));
      double needed = StepPlanner.expectedMinutes(steps, stepSeconds, evaluationSeconds);
      return new Candidate.Length(steps, steps * stepTokens, MOST_EPOCHS, needed, Map.entry("epochs", MOST_EPOCHS), false);
    }
    double tokens = Math.min(OPTIMAL_TOKENS * model.table.elementCount(), MOST_EPOCHS * epochTokens);
    long steps = Math.max(1, Math.round(tokens / stepTokens));
    double needed = StepPlanner.expectedMinutes(steps, stepSeconds, evaluationSeconds);
    return new Candidate.Length(steps, steps * stepTokens, steps * stepTokens / epochTokens, needed, Map.entry("steps", steps), true);
  }
}
