package dev.minnow.train.option;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.minnow.kernel.KernelChoice;
import dev.minnow.model.Architecture;
import dev.minnow.model.InitializationScheme;
import dev.minnow.model.ModelConfig;
import dev.minnow.model.ParameterKind;
import dev.minnow.train.LearningRateScale;
import dev.minnow.train.OptimizerChoice;
import dev.minnow.train.Preset;
import dev.minnow.train.Schedule;
import dev.minnow.train.TrainingException;
import dev.minnow.train.TrainingOptions;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RunOptionsTest {
  private static final Map<String, Object> CORPUS = Map.of("corpus", List.of("a.txt"));

  @Test
  void thePresetStandsWhereNothingElseWasGiven() {
    RunOptions options = RunOptions.create(Preset.NANO, Map.of("corpus", List.of("a.txt"), "width", 192)).withSteps(50);
    assertEquals(192, options.setup().width());
    assertEquals(4, options.setup().layers());
    assertEquals(50, options.training().steps());
    assertEquals(5, options.training().evalEvery());
  }

  @Test
  void dependentDefaultsFollowWhatWasGiven() {
    assertEquals(
        2e-4, RunOptions.create(Preset.NANO, Map.of("corpus", List.of("a"), "lr", 2e-3)).withSteps(1).training().minimumLearningRate(),
        1e-12);
    assertEquals(0.99, RunOptions.create(Preset.NANO, CORPUS).withSteps(1).training().beta2());
    assertEquals(
        0.95,
        RunOptions.create(Preset.NANO, Map.of("corpus", List.of("a"), "batch", 512)).withSteps(1).training().beta2(),
        "512 windows of 64 are 32768 tokens");
  }

  @ParameterizedTest
  @CsvSource({
      "batch,0", "accumulate,0", "lr,0", "lr,-1", "lr,NaN", "min-lr,1", "warmup,-1", "beta1,1", "beta2,-0.1", "epsilon,0",
      "weight-decay,-1", "clip,-1", "ema,1", "ema,-0.5", "label-smoothing,1", "label-smoothing,NaN", "dropout,1", "dropout,NaN",
      "patience,-1", "keep,0", "eval-every,-1", "save-every,-2", "sample-every,-3", "lr,1e-50", "lr,1e39", "lr,Infinity", "min-lr,-1e-50",
      "min-lr,NaN", "beta1,0.99999999", "beta2,0.99999999", "beta2,NaN", "epsilon,1e-50", "epsilon,1e39", "epsilon,Infinity", "epsilon,NaN",
      "weight-decay,Infinity", "weight-decay,1e39", "weight-decay,NaN", "clip,Infinity", "clip,NaN", "spike,Infinity", "spike,-1",
      "spike,NaN", "ema,NaN", "dropout,0.99999999", "dropout,-1e-50", "label-smoothing,0.99999999"
  })
  void valuesOutOfRangeAreRefusedByTheOptionsName(String name, double value) {
    Object number = value == (int) value && !name.equals("lr") ? (Object) (int) value : value;
    RunOptions options = RunOptions.create(Preset.NANO, Map.of("corpus", List.of("a.txt"), name, number)).withSteps(10);
    IllegalArgumentException refused = assertThrows(IllegalArgumentException.class, options::training);
    assertTrue(refused.getMessage().startsWith("--" + name + " must be"), refused.getMessage());
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.99999999, Double.POSITIVE_INFINITY, Double.NaN, -1e-50})
  void aMomentumOutOfRangeIsRefused(double momentum) {
    Map<String, Object> given = Map.of("corpus", List.of("a.txt"), "optimizer", "muon", "momentum", momentum);
    assertTrue(refusal(given).startsWith("--momentum must be"), refusal(given));
  }

  @Test
  void valuesAtTheEndsOfTheirRangesAreTaken() {
    Map<String, Object> given = new LinkedHashMap<>(CORPUS);
    given.putAll(
        Map.of("epsilon", (double) Float.MIN_VALUE, "beta1", 0.0, "beta2", 0.9999999, "weight-decay", 0.0, "clip", 0.0, "spike", 0.0));
    given.putAll(Map.of("lr", 1e-30, "min-lr", 0.0, "ema", 0.999999999, "dropout", 0.9999999, "label-smoothing", 0.0));
    TrainingOptions options = RunOptions.create(Preset.NANO, given).withSteps(10).training();
    assertTrue((float) options.epsilon() > 0 && (float) options.beta2() < 1);
  }

  @ParameterizedTest
  @CsvSource(delimiter = ';', value = {
      "heads=2; no kind of parameter \"heads\"", "query; \"query\" has no factor", "query=two; not \"two\"",
      "query=1,query=2; \"query\" twice", "query=-1; not \"-1\"",
      "query=NaN; not \"NaN\"", "query=1f; not \"1f\"", "query=1e39; not \"1e39\"", "query=1,; \"\" has no factor"
  })
  void aScaleOfLearningRatesThatNamesNothingOrNoNumberIsRefused(String scale, String reason) {
    RunOptions options = RunOptions.create(Preset.NANO, Map.of("corpus", List.of("a.txt"), "lr-scale", scale)).withSteps(10);
    IllegalArgumentException refused = assertThrows(IllegalArgumentException.class, options::training);
    assertTrue(refused.getMessage().contains("--lr-scale") && refused.getMessage().contains(reason), refused.getMessage());
  }

  @Test
  void theFirstOptionWithoutUseIsNamed() {
    Map<String, Object> given = new LinkedHashMap<>(CORPUS);
    for (String name : List.of("epsilon", "beta2", "beta1", "dropout", "clip", "weight-decay", "ema", "lr", "spike")) {
      given.put(name, 0.5);
    }
    given.put("optimizer", OptimizerChoice.SGD);
    RunOptions options = RunOptions.create(Preset.NANO, given);
    assertEquals(List.copyOf(given.keySet()), List.copyOf(options.given()));
    IllegalArgumentException refused = assertThrows(IllegalArgumentException.class, () -> RunCheck.requireValid(options));
    assertTrue(refused.getMessage().startsWith("--epsilon is not for --optimizer sgd"), refused.getMessage());
  }

  @Test
  void theLaterFactorOfAKindCounts() {
    LearningRateScale scale =
        RunOptions.create(Preset.NANO, Map.of("corpus", List.of("a.txt"), "lr-scale", "matrices=2,query=0.5"))
            .withSteps(10)
            .training()
            .learningRateScale();
    assertEquals(
        List.of(0.5f, 2f, 1f),
        List.of(scale.of(ParameterKind.QUERY), scale.of(ParameterKind.KEY), scale.of(ParameterKind.HEAD)));
  }

  @Test
  void storedOptionsThatAreDamagedAreRefused() {
    var json = RunOptions.create(Preset.NANO, CORPUS).withSteps(20).toJson();
    json.remove("batch");
    assertThrows(TrainingException.class, () -> RunOptions.stored(json));
  }

  @Test
  void wordsOfTheCommandLineNameConstants() {
    RunOptions options = RunOptions.create(
        Preset.NANO, Map.of("corpus", List.of("a.txt"), "schedule", "inverse-sqrt", "arch", "llama")).withSteps(20);
    assertEquals(Schedule.INVERSE_SQRT, options.training().schedule());
    assertEquals(Architecture.LLAMA, options.setup().architecture());
    assertEquals(options.toJson(), RunOptions.stored(options.toJson()).resumedWith(Map.of("schedule", "inverse-sqrt")).toJson());
  }

  @Test
  void whatWasSpreadOverTheStepsFollowsThemAndWhatWasGivenStays() {
    RunOptions run = RunOptions.create(Preset.NANO, Map.of("corpus", List.of("a.txt"), "steps", 100, "save-every", 7)).withSteps(100);
    assertEquals(10, run.training().evalEvery());
    RunOptions longer = RunOptions.stored(run.toJson()).resumedWith(Map.of("steps", 1000)).withSteps(1000);
    assertEquals(100, longer.training().evalEvery());
    assertEquals(7, longer.training().saveEvery());
    RunOptions asked = RunOptions.stored(run.toJson()).resumedWith(Map.of("steps", 1000, "eval-every", 100, "keep", 5)).withSteps(2000);
    assertEquals(100, asked.training().evalEvery());
    assertEquals(5, asked.training().keep());
    RunOptions given = RunOptions.create(Preset.NANO, Map.of("corpus", List.of("a.txt"), "eval-every", 200)).withSteps(50);
    assertEquals(200, given.training().evalEvery(), "a tenth of the usual 2,000 steps, but given");
    RunOptions tenth = RunOptions.create(Preset.NANO, Map.of("corpus", List.of("a.txt"), "steps", 20, "eval-every", 2)).withSteps(20);
    assertEquals(2, RunOptions.stored(tenth.toJson()).resumedWith(Map.of("steps", 40)).withSteps(40).training().evalEvery());
    ObjectNode older = run.toJson();
    older.remove("spread");
    assertEquals(10, RunOptions.stored(older).resumedWith(Map.of("steps", 1000)).withSteps(1000).training().evalEvery());
  }

  @ParameterizedTest
  @ValueSource(strings = {"tokenizer", "from"})
  void filesAreNamedSoThatAnyWorkingFolderFindsThem(String name) {
    String here = Path.of("").toAbsolutePath().toString();
    for (Object file : List.of("a/b", Path.of("a/b"), Path.of("a", ".", "b"))) {
      RunOptions options = RunOptions.create(Preset.NANO, Map.of("corpus", List.of("jdk", "a.txt", Path.of("b.txt")), name, file));
      assertEquals(List.of("jdk", Path.of(here, "a.txt").toString(), Path.of(here, "b.txt").toString()), options.setup().corpus());
      assertEquals(Path.of(here, "a", "b").toString(), options.toJson().path(name).textValue());
      options.resumedWith(Map.of(name, file, "corpus", List.of("jdk", "a.txt", "b.txt")));
    }
  }

  @Test
  void theKernelOfARunIsKept() {
    RunOptions run = RunOptions.create(Preset.NANO, Map.of("corpus", List.of("text"))).withKernel("vector");
    assertEquals(KernelChoice.VECTOR, RunOptions.stored(run.toJson()).kernel());
    assertEquals(KernelChoice.BF16, RunOptions.stored(run.withKernel("bf16").toJson()).kernel());
    assertEquals(KernelChoice.AUTO, RunOptions.create(Preset.NANO, Map.of("corpus", List.of("text"))).kernel());
    ObjectNode damaged = run.toJson().put("kernel", "abacus");
    String message = assertThrows(TrainingException.class, () -> RunOptions.stored(damaged)).getMessage();
    assertTrue(message.contains("There is no kernel abacus"), message);
  }

  @Test
  void anArchitectureHasTheHeadsThatFitIt() {
    Map<String, Object> given = new LinkedHashMap<>(CORPUS);
    given.put("kv-heads", 2);
    assertTrue(refusal(given).contains("--kv-heads 2 is not for gpt2"), refusal(given));
    given.put("arch", Architecture.LLAMA);
    assertEquals(2, RunOptions.create(Preset.NANO, given).setup().config().keyValueHeadCount());
    given.put("kv-heads", 3);
    assertTrue(refusal(given).contains("4 heads are not divisible by 3 key/value heads"), refusal(given));
    given.remove("kv-heads");
    assertEquals(4, RunOptions.create(Preset.NANO, given).setup().config().keyValueHeadCount());
    given.put("width", 12);
    assertTrue(refusal(given).contains("head width of 3 is odd"), refusal(given));
  }

  private static String refusal(Map<String, Object> given) {
    return assertThrows(IllegalArgumentException.class, () -> RunCheck.requireValid(RunOptions.create(Preset.NANO, given))).getMessage();
  }

  @Test
  void theInitialisationIsKeptAndIsForNewModelsOnly() {
    Map<String, Object> given = new LinkedHashMap<>(CORPUS);
    assertEquals(InitializationScheme.GPT2, RunOptions.create(Preset.NANO, given).setup().initialization());
    given.put("init", "zero-output");
    RunOptions options = RunOptions.stored(RunOptions.create(Preset.NANO, given).withSteps(20).toJson());
    assertEquals(InitializationScheme.ZERO_OUTPUT, options.setup().initialization());
    given.put("from", "other");
    assertTrue(refusal(given).startsWith("--init is for a new model"), refusal(given));
  }

  @Test
  void anOptimizerHasItsOwnOptions() {
    Map<String, Object> given = new LinkedHashMap<>(CORPUS);
    given.put("momentum", 0.8);
    assertTrue(refusal(given).startsWith("--momentum is not for --optimizer adamw"), refusal(given));
    given.put("optimizer", "sgd");
    TrainingOptions kept = RunOptions.stored(RunOptions.create(Preset.NANO, given).withSteps(9).toJson()).training();
    assertEquals(OptimizerChoice.SGD, kept.optimizer());
    assertEquals(0.8, kept.momentum());
    given.put("momentum", 1);
    assertTrue(refusal(given).startsWith("--momentum must be"), refusal(given));
    given.remove("momentum");
    assertEquals(0.9, RunOptions.create(Preset.NANO, given).withSteps(9).training().momentum());
    given.put("optimizer", "muon");
    assertEquals(0.95, RunOptions.create(Preset.NANO, given).withSteps(9).training().momentum());
    given.put("optimizer", "sgd");
    given.put("beta1", 0.8);
    assertTrue(refusal(given).startsWith("--beta1 is not for --optimizer sgd"), refusal(given));
    given.put("optimizer", "abacus");
    assertTrue(refusal(given).startsWith("There is no optimizer abacus"), refusal(given));
  }

  @Test
  void aRunOfAnEarlierReleaseIsAGpt2() {
    ObjectNode json = RunOptions.create(Preset.NANO, CORPUS).withSteps(20).toJson();
    json.remove(List.of("arch", "kv-heads", "init", "optimizer", "momentum", "share-layers", "activation", "qk-norm"));
    assertEquals(ModelConfig.gpt2(256, 64, 128, 4, 4), RunOptions.stored(json).setup().config());
  }

  @Test
  void weightsOfOneArchitectureDoNotBeginAnother() {
    Map<String, Object> given = new LinkedHashMap<>(CORPUS);
    ModelConfig llama = ModelConfig.llama(256, 64, 128, 4, 4, 2);
    assertEquals(llama, RunOptions.create(Preset.NANO, given).withShapeOf(llama).setup().config());
    given.put("arch", Architecture.GPT2);
    String message =
        assertThrows(IllegalArgumentException.class, () -> RunOptions.create(Preset.NANO, given).withShapeOf(llama)).getMessage();
    assertTrue(message.contains("--arch") && message.contains("which is a llama"), message);
  }

  @Test
  void layersShareParametersAsTheModelToBeginWithDoes() {
    Map<String, Object> given = new LinkedHashMap<>(CORPUS);
    ModelConfig shared = ModelConfig.gpt2(256, 64, 128, 4, 4).withSharedLayers(2);
    assertEquals(shared, RunOptions.create(Preset.NANO, given).withShapeOf(shared).setup().config());
    given.put("share-layers", 4);
    assertEquals(1, RunOptions.create(Preset.NANO, given).setup().config().blockCount());
    String message =
        assertThrows(IllegalArgumentException.class, () -> RunOptions.create(Preset.NANO, given).withShapeOf(shared)).getMessage();
    assertTrue(message.startsWith("--share-layers 4 does not agree"), message);
    given.put("share-layers", 3);
    assertTrue(refusal(given).startsWith("4 layers are not groups of 3"), refusal(given));
  }

  @Test
  void anActivationIsThatOfTheArchitecture() {
    Map<String, Object> given = new LinkedHashMap<>(CORPUS);
    assertEquals(ModelConfig.Activation.GELU, RunOptions.create(Preset.NANO, given).setup().activation());
    given.put("activation", "relu2");
    ModelConfig squared = RunOptions.create(Preset.NANO, given).setup().config();
    assertEquals(ModelConfig.Activation.RELU2, squared.activation());
    assertEquals(squared, RunOptions.create(Preset.NANO, given).withShapeOf(squared).setup().config());
    assertEquals(squared, RunOptions.create(Preset.NANO, CORPUS).withShapeOf(squared).setup().config());
    ModelConfig plain = squared.withActivation(ModelConfig.Activation.GELU);
    String message =
        assertThrows(IllegalArgumentException.class, () -> RunOptions.create(Preset.NANO, given).withShapeOf(plain)).getMessage();
    assertTrue(message.startsWith("--activation does not agree"), message);
    given.put("arch", "llama");
    assertTrue(refusal(given).startsWith("--activation relu2 is not for llama"), refusal(given));
    given.remove("activation");
    assertEquals(ModelConfig.Activation.SWIGLU, RunOptions.create(Preset.NANO, given).setup().config().activation());
    given.put("activation", "swiglu");
    given.put("arch", "gpt2");
    assertTrue(refusal(given).startsWith("--activation swiglu is not for gpt2"), refusal(given));
  }

  @Test
  void normsOfQueriesAndKeysAreThoseOfTheModelToBeginWith() {
    Map<String, Object> given = new LinkedHashMap<>(CORPUS);
    given.put("qk-norm", true);
    ModelConfig normalised = RunOptions.create(Preset.NANO, given).setup().config();
    assertTrue(normalised.queryKeyNorm());
    assertEquals(normalised, RunOptions.create(Preset.NANO, CORPUS).withShapeOf(normalised).setup().config());
    ModelConfig plain = normalised.withQueryKeyNorm(false);
    String message =
        assertThrows(IllegalArgumentException.class, () -> RunOptions.create(Preset.NANO, given).withShapeOf(plain)).getMessage();
    assertTrue(message.startsWith("--qk-norm does not agree") && message.contains("without"), message);
  }

  @Test
  void runsThatKnewFewerOptionsAreReadAsWhatTheyWere() {
    ObjectNode values = RunOptions.create(Preset.NANO, Map.of("corpus", List.of("text.txt"))).withSteps(10).toJson();
    values.remove(
        List.of("field", "column", "encoding", "arch", "kv-heads", "init", "optimizer", "momentum", "share-layers", "activation",
            "qk-norm"));
    RunOptions stored = RunOptions.stored(values);
    assertEquals(RunOptions.create(Preset.NANO, Map.of("corpus", List.of("text.txt"))).setup(), stored.setup());
  }

  private static double learningRate(Preset preset, Map<String, Object> given) {
    Map<String, Object> all = new HashMap<>(given);
    all.put("corpus", List.of("x"));
    return RunOptions.create(preset, all).withSteps(1).training().learningRate();
  }

  @Test
  void theUsualLearningRateIsThatOfTheModelAndTheOptimizer() {
    assertEquals(3e-3, learningRate(Preset.TINY, Map.of()));
    assertEquals(3e-3, learningRate(Preset.TINY, Map.of("width", 96)));
    assertEquals(5.7e-4, learningRate(Preset.TINY, Map.of("width", 768)));
    assertEquals(0.09, learningRate(Preset.TINY, Map.of("optimizer", "sgd")), 1e-12);
    assertEquals(3e-3, learningRate(Preset.TINY, Map.of("optimizer", "muon")));
    assertEquals(2e-3, learningRate(Preset.TINY, Map.of("optimizer", "sgd", "width", 768, "lr", 2e-3)));
    RunOptions fromWide =
        RunOptions.create(Preset.TINY, Map.of("corpus", List.of("x"), "from", "elsewhere"))
            .withShapeOf(ModelConfig.gpt2(300, 64, 768, 2, 12));
    assertEquals(5.7e-4, fromWide.withSteps(1).training().learningRate());
    assertEquals(5.7e-5, fromWide.withSteps(1).training().minimumLearningRate(), 1e-12);
  }

  @Test
  void aRecipeIsBelowWhatWasGiven() {
    assertEquals(
        RunOptions.create(Preset.NANO, Map.of()).toJson(), RunOptions.create(Preset.NANO, Map.of("recipe", "gpt2")).toJson());
    RunOptions fast = RunOptions.create(Preset.NANO, Map.of("corpus", List.of("x"), "recipe", "fast", "schedule", "wsd"));
    assertEquals(OptimizerChoice.MUON, fast.withSteps(10).training().optimizer());
    assertEquals(Schedule.WSD, fast.withSteps(10).training().schedule());
    assertEquals(0, fast.withSteps(10).training().minimumLearningRate());
    assertEquals(ModelConfig.Activation.SWIGLU, fast.setup().activation());
    assertEquals(4e-3, fast.withSteps(10).training().learningRate());
    RunOptions wide = RunOptions.create(Preset.NANO, Map.of("corpus", List.of("x"), "recipe", "fast", "width", 768));
    assertEquals(2e-3, wide.withSteps(10).training().learningRate());
    assertEquals(2e-3, learningRate(Preset.GPT2, Map.of("recipe", "fast")));
    assertEquals(4e-3, learningRate(Preset.GPT2, Map.of("recipe", "fast", "width", 128)));
    RunOptions slow = RunOptions.create(Preset.NANO, Map.of("corpus", List.of("x"), "recipe", "fast", "lr", 1e-4));
    assertEquals(1e-4, slow.withSteps(10).training().learningRate());
    RunOptions llama = RunOptions.create(Preset.NANO, Map.of("corpus", List.of("x"), "recipe", Recipe.FAST, "arch", "llama"));
    assertEquals(ModelConfig.Activation.SWIGLU, llama.setup().activation());
    RunOptions gpt2 = RunOptions.create(Preset.NANO, Map.of("corpus", List.of("x"), "recipe", Recipe.FAST, "arch", "gpt2"));
    assertEquals(ModelConfig.Activation.RELU2, gpt2.setup().activation());
    assertThrows(IllegalArgumentException.class, () -> RunOptions.create(Preset.NANO, Map.of("recipe", "slow")));
  }
}
