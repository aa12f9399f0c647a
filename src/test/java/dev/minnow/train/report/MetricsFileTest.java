package dev.minnow.train.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MetricsFileTest {
  @TempDir
  private Path folder;

  private Path file;
  private MetricsFile metrics;

  @BeforeEach
  void nameFile() {
    file = folder.resolve("metrics.jsonl");
    metrics = new MetricsFile(file);
  }

  private void append(String text) throws IOException {
    Files.writeString(file, text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  private static String step(int step, double loss) {
    return "{\"event\":\"step\",\"step\":" + step + ",\"loss\":" + loss + "}\n";
  }

  private String losses() throws IOException {
    return metrics.read().json().path("curves").path("loss").toString();
  }

  @Test
  void halfALineWaitsForItsOtherHalf() throws IOException {
    append(step(1, 5) + "{\"event\":\"step\",\"ste");
    assertEquals("{\"x\":[1],\"y\":[5.0]}", losses());
    append("p\":2,\"loss\":4}\n");
    assertEquals("{\"x\":[1,2],\"y\":[5.0,4.0]}", losses());
    assertEquals("{\"x\":[1,2],\"y\":[5.0,4.0]}", losses());
    assertEquals(0, metrics.damagedLines());
  }

  @Test
  void damagedLinesAreCountedAndSkipped() throws IOException {
    append(
        step(1, 5) + "{\"event\":\"st\n[1]\nnull\n{}\n{\"event\":\"step\",\"step\":-1}\n{\"event\":\"step\",\"step\":\"x\"}\n\u0000\u0001\n"
            + "{\"event\":\"step\",\"step\":2} trailing\n" + "[".repeat(100_000) + "\n\n" + step(3, 4));
    assertEquals("{\"x\":[1,3],\"y\":[5.0,4.0]}", losses());
    assertEquals(9, metrics.damagedLines());
  }

  @Test
  void aLineOfAnyLengthIsReadInBoundedMemory() throws IOException {
    append("{\"event\":\"sample\",\"step\":1,\"text\":\"");
    for (int i = 0; i < 40; i++) {
      append("x".repeat(1 << 20));
    }
    append("\"}\n" + step(2, 3));
    assertEquals("{\"x\":[2],\"y\":[3.0]}", losses());
    assertEquals(1, metrics.damagedLines());
  }

  @Test
  void stepsOfAResumedRunReplaceThoseOfTheFirst() throws IOException {
    append(step(1, 5) + step(2, 4) + step(3, 9) + "{\"event\":\"sample\",\"step\":3,\"text\":\"lost\"}\n");
    append("{\"event\":\"skipped\",\"step\":3,\"tensor\":\"wte.weight\"}\n");
    append(step(2, 3) + step(3, 2));
    ObjectNode json = metrics.read().json();
    assertEquals("{\"x\":[1,2,3],\"y\":[5.0,3.0,2.0]}", json.path("curves").path("loss").toString());
    assertEquals("[]", json.path("samples").toString());
    assertEquals("[{\"step\":3,\"kind\":\"skipped\",\"text\":\"skipped: tensor wte.weight\"}]", json.path("incidents").toString());
  }

  /** The mean of the last 20 steps, of those alone that count. */
  @Test
  void theTrainingLossIsTheOneThatTheRunTells() throws IOException {
    assertFalse(new RunHistory().json().has("trainingLoss"));
    for (int step = 1; step <= 100; step++) {
      append(step(step, step));
    }
    append("{\"event\":\"skip\",\"step\":101,\"loss\":1e9}\n{\"event\":\"step\",\"step\":102,\"loss\":null}\n");
    append("{\"event\":\"step\",\"step\":103,\"loss\":1e999}\n");
    assertEquals((81 + 100) / 2.0, metrics.read().json().path("trainingLoss").doubleValue());
    append(step(91, 0));
    assertEquals((10 * (81 + 90) / 2.0 + 0) / 11, metrics.read().json().path("trainingLoss").doubleValue(), 1e-3);
    for (int step = 92; step <= 140; step++) {
      append(step(step, step));
    }
    assertEquals((121 + 140) / 2.0, metrics.read().json().path("trainingLoss").doubleValue());
  }

  /** As the run itself, which finds with a save the losses of the 20 steps before it. */
  @ParameterizedTest
  @ValueSource(strings = {
      "{\"event\":\"rollback\",\"step\":115,\"to\":100}\n", "{\"event\":\"start\",\"step\":100}\n"
  })
  void theTrainingLossIsOfTwentyStepsAlsoWhereTheRunHasJustGoneBack(String back) throws IOException {
    for (int step = 1; step <= 100; step++) {
      append(step(step, step));
    }
    append("{\"event\":\"save\",\"step\":100}\n");
    for (int step = 101; step <= 115; step++) {
      append(step(step, 1000));
    }
    append(back);
    assertEquals((81 + 100) / 2.0, metrics.read().json().path("trainingLoss").doubleValue());
    assertEquals(100, metrics.read().json().path("lastStep").intValue());
    append("{\"event\":\"skip\",\"step\":101}\n" + step(102, 102));
    assertEquals((19 * (82 + 100) / 2.0 + 102) / 20, metrics.read().json().path("trainingLoss").doubleValue(), 1e-3);
    JsonNode steps = metrics.read().json().path("curves").path("loss").path("x");
    assertEquals("100,102", steps.get(99) + "," + steps.get(100));
    append(back);
    assertEquals((81 + 100) / 2.0, metrics.read().json().path("trainingLoss").doubleValue());
  }

  @Test
  void aRunThatGoesOnFromAnotherSaveThanTheNewestHasTheLossesThatAreLeft() throws IOException {
    for (int step = 1; step <= 30; step++) {
      append(step(step, step));
    }
    append("{\"event\":\"save\",\"step\":30}\n{\"event\":\"start\",\"step\":20}\n");
    assertEquals((11 + 20) / 2.0, metrics.read().json().path("trainingLoss").doubleValue());
  }

  @Test
  void theShareOfThePeakIsThatOfTheMachineThatRan() throws IOException {
    String step = "{\"event\":\"step\",\"step\":%d,\"tokens_per_second\":250}\n";
    String start = "{\"event\":\"start\",\"step\":%d,\"flops_per_token\":2000000,\"peak_gigaflops\":%s}\n";
    append(step.formatted(1) + start.formatted(1, 1) + step.formatted(2) + start.formatted(2, 2) + step.formatted(3)
        + start.formatted(3, 0) + step.formatted(4) + start.formatted(4, "\"x\"") + step.formatted(5));
    ObjectNode json = metrics.read().json();
    assertEquals("{\"x\":[2,3],\"y\":[0.5,0.25]}", json.path("curves").path("share_of_peak").toString());
    assertTrue(json.path("smoothed").has("share_of_peak"));
    assertEquals("[]", json.path("incidents").toString());
  }

  @Test
  void howARunEndedIsToldUntilItGoesOn() throws IOException {
    append("{\"event\":\"start\",\"step\":0,\"steps\":9}\n" + step(1, 5));
    assertTrue(metrics.read().json().path("end").isMissingNode());
    assertEquals(9, metrics.read().json().path("steps").intValue());
    append("""
        {"event":"skip","step":2,"reason":"odd"}
        {"event":"end","step":2,"how":"failed","reason":"No."}
        """);
    assertEquals("{\"how\":\"failed\",\"reason\":\"No.\"}", metrics.read().json().path("end").toString());
    assertEquals(2, metrics.read().json().path("lastStep").intValue());
    append("{\"event\":\"start\",\"step\":1,\"steps\":12}\n");
    assertTrue(metrics.read().json().path("end").isMissingNode());
    assertEquals(12, metrics.read().json().path("steps").intValue());
  }

  @Test
  void eventsAreWordedAsSentencesAre() throws IOException {
    append("""
        {"event":"skip","step":3,"reason":"its loss is NaN","loss":null,"gradient_norm":2.5}
        {"event":"skip","step":4,"loss":7.5}
        {"event":"rollback","step":4,"to":2,"learning_rate_factor":0.5}
        {"event":"rollback","step":4,"to":0}
        {"event":"overfit","step":9,"training_loss_between_evaluations":1.5,"best_step":3}
        """);
    assertEquals(
        List.of(
            "step skipped: its loss is NaN; gradient norm 2.5", "step skipped: loss 7.5", "back to step 2: learning rate factor 0.5",
            "back to the beginning",
            "training and validation part ways: training loss between evaluations 1.5, best step 3"),
        metrics.read().json().path("incidents").valueStream().map(incident -> incident.path("text").textValue()).toList());
  }

  @Test
  void aFileBegunAnewIsReadAnew() throws IOException {
    append(step(1, 5) + step(2, 4));
    assertEquals("{\"x\":[1,2],\"y\":[5.0,4.0]}", losses());
    Files.writeString(file, step(1, 6));
    assertEquals("{\"x\":[1],\"y\":[6.0]}", losses());
  }

  @Test
  void samplesAndOtherEventsAreBounded() throws IOException {
    StringBuilder lines = new StringBuilder();
    for (int i = 1; i <= 1000; i++) {
      lines.append("{\"event\":\"sample\",\"step\":" + i + ",\"text\":\"" + "😀".repeat(1500) + "\"}\n");
      lines
          .append("{\"event\":\"spike\",\"step\":" + i + "}\n{\"event\":\"measure\",\"step\":1,\"gradient_norm\":{\"kind" + i + "\":1}}\n");
    }
    append(lines.toString());
    ObjectNode json = metrics.read().json();
    assertTrue(json.path("samples").size() <= 48, json.path("samples").size() + " samples");
    assertEquals(1, json.path("samples").path(0).path("step").intValue());
    assertEquals(1000, json.path("samples").path(json.path("samples").size() - 1).path("step").intValue());
    assertEquals(200, json.path("incidents").size());
    assertEquals(800, json.path("moreIncidents").intValue());
    assertEquals(100, json.path("curves").size());
    assertTrue(json.toString().length() < 1 << 20);
  }

  @Test
  void aMissingFileIsSaidInOneSentence() {
    ReportException e = assertThrows(ReportException.class, metrics::read);
    assertTrue(e.getMessage().contains("metrics.jsonl") && e.getMessage().endsWith("."), e.getMessage());
  }
}
