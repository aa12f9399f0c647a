package dev.minnow.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.minnow.model.Architecture;
import dev.minnow.train.OptimizerChoice;
import dev.minnow.train.Preset;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

class OptionGroupTest {
  /** A command with two groups and an option of its own that has the name of a run's. */
  @Command
  private static final class Bench {
    @Mixin
    private ShapeOptions shape;

    @Mixin
    private BatchOptions batch;

    @Option(names = "--steps")
    private int steps = 20;
  }

  @Command
  private static final class Train {
    @Mixin
    private TrainOptions options;
  }

  private static <T> T parsed(T command, Map<String, String> environment, String... arguments) {
    CommandLine line = new CommandLine(command).setCaseInsensitiveEnumValuesAllowed(true);
    EnvironmentDefaults defaults = new EnvironmentDefaults(environment);
    defaults.complete(line.setDefaultValueProvider(defaults).parseArgs(arguments));
    return command;
  }

  private static TrainOptions train(String... arguments) {
    return parsed(new Train(), Map.of(), arguments).options;
  }

  @Test
  void aGroupKnowsItsOwnOptionsAlone() {
    Bench bench =
        parsed(new Bench(), Map.of(), "--steps", "5", "--batch", "3", "--arch", "llama", "--optimizer", "muon", "--preset", "nano");
    assertEquals(Map.of("arch", Architecture.LLAMA), bench.shape.given());
    assertEquals(Map.of("batch", 3, "optimizer", OptimizerChoice.MUON), bench.batch.given());
    assertEquals(Preset.NANO, bench.shape.preset);
    assertEquals(5, bench.steps);
  }

  @Test
  void nothingIsGivenByDefault() {
    assertEquals(Map.of(), train().given());
    Bench bench = parsed(new Bench(), Map.of());
    assertEquals(Map.of(), bench.shape.given());
    assertEquals(Map.of(), bench.batch.given());
  }

  @Test
  void valuesAreOfTheirTypesAndInTheOrderOfTheHelp() {
    Map<String, Object> given =
        train("--lr-scale", "query=2,head=0", "--keep", "3", "--from", "a/b", "--lr", "1", "--steps", "9", "x", "y").given();
    assertEquals(
        Map.of("corpus", List.of("x", "y"), "from", Path.of("a/b"), "steps", 9L, "lr", 1.0, "lr-scale", "query=2,head=0", "keep", 3),
        given);
    assertEquals(
        List.of("corpus", "encoding", "arch", "tokenizer", "lr"),
        List.copyOf(train("--lr", "1", "--tokenizer", "t", "x", "--arch", "gpt2", "--encoding", "UTF-8").given().keySet()));
  }

  @Test
  void theEnvironmentGivesToo() {
    Map<String, String> environment = Map.of("MINNOW_LAYERS", "3", "MINNOW_QK_NORM", "true", "MINNOW_STEPS", "7");
    assertEquals(Map.of("layers", 3, "qk-norm", true, "steps", 7L), parsed(new Train(), environment).options.given());
    assertEquals(
        Map.of("layers", 2, "qk-norm", true), parsed(new Train(), environment, "--layers", "2", "--epochs", "1").options.given(),
        "another option says the length");
  }

  @Test
  void whatIsNoOptionOfTheRunIsGivenAllTheSame() {
    TrainOptions options = train("--out", "o", "--minutes", "2");
    assertEquals(Map.of(), options.given());
    assertTrue(options.isGiven("--out") && options.isGiven("--minutes"));
    assertFalse(options.isGiven("--steps"));
  }
}
