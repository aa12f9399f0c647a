package dev.minnow.cli;

import dev.minnow.train.Preset;
import dev.minnow.train.plan.Candidate;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The command that trains what was planned.
 *
 * @param corpus as it was named
 * @param preset that was given
 * @param candidate what to train
 * @param compute what was asked to compute
 */
record TrainLine(List<String> corpus, @Nullable Preset preset, Candidate candidate, ComputeOptions compute) {

  /** Words after the launcher. */
  List<String> words() {
    List<String> words = new ArrayList<>();
    words.add("train");
    words.addAll(corpus);
    if (preset != null) {
      words.add("--preset");
      words.add(preset.toString());
    }
    candidate.given().forEach((name, value) -> add(words, name, value));
    Map.Entry<String, Object> length = candidate.length().option();
    add(words, length.getKey(), length.getValue());
    compute.given().forEach((name, value) -> add(words, name, value));
    Path usual = UsualFolder.of(corpus.getFirst());
    if (Files.exists(usual)) {
      add(words, "out", free(usual));
    }
    return words;
  }

  private static Path free(Path usual) {
    int number = 2;
    while (Files.exists(usual.resolveSibling(usual.getFileName() + "-" + number))) {
      number++;
    }
    return usual.resolveSibling(usual.getFileName() + "-" + number);
  }

  private static void add(List<String> words, String name, Object value) {
    if (value.equals(false)) {
      return;
    }
    words.add("--" + name);
    if (value.equals(true)) {
      return;
    }
    boolean whole = value instanceof Double number && number == Math.rint(number) && number < 1e9;
    words.add(whole ? String.valueOf(((Double) value).longValue()) : value.toString());
  }

  /** The line, quoted for the shell. */
  @Override
  public String toString() {
    return ShellLine.of(words());
  }
}
