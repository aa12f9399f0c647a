package dev.minnow;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.minnow.train.FoldedResult;
import dev.minnow.train.Preset;
import dev.minnow.train.StepReport;
import dev.minnow.train.TrainingListener;
import dev.minnow.train.TrainingResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

class InterruptedTrainingTest {
  private static final int MANY = 30_000;

  @TempDir
  private Path temporary;

  private Path folder;
  private Training training;

  @BeforeEach
  void writeCorpus() throws IOException {
    folder = temporary.resolve("model");
    Path text = Files.writeString(temporary.resolve("text.txt"), "The small fish swims under a stone.\n".repeat(200));
    training =
        Training.on(text.toString())
            .withPreset(Preset.NANO)
            .with("layers", 1)
            .with("heads", 2)
            .with("width", 16)
            .with("context", 8)
            .with("batch", 2)
            .withSteps(2)
            .withThreads(1);
  }

  @AfterEach
  void forgetInterrupt() {
    Thread.interrupted();
  }

  /** Interrupts the caller of the training, and goes on when it has woken. */
  private static void interrupt(Thread caller) {
    caller.interrupt();
    long deadline = System.nanoTime() + 10_000_000_000L;
    while (caller.isInterrupted() && System.nanoTime() < deadline) {
      Thread.onSpinWait();
    }
  }

  private static TrainingListener interruptingAt(long step) {
    Thread caller = Thread.currentThread();
    return new TrainingListener() {
      @Override
      public void stepped(StepReport report) {
        if (report.step() == step) {
          interrupt(caller);
        }
      }
    };
  }

  private static TrainingListener interruptingThePreparation() {
    Thread caller = Thread.currentThread();
    return new TrainingListener() {
      private boolean done;

      @Override
      public void working(String what, long finished, long total) {
        if (!done) {
          done = true;
          interrupt(caller);
        }
      }
    };
  }

  private static void assertCancelled(Executable training) {
    CancellationException e = assertThrows(CancellationException.class, training);
    assertEquals("The training was interrupted before its first step; nothing was saved, run it again.", e.getMessage());
    assertTrue(Thread.interrupted());
  }

  @Test
  void aTrainingSavesAndEndsAndGoesOnLater() throws IOException {
    TrainingResult result = training.withSteps(MANY).withListener(interruptingAt(3)).run(folder);
    assertTrue(Thread.interrupted());
    assertEquals(TrainingResult.End.INTERRUPTED, result.end());
    assertTrue(result.steps() >= 3 && result.steps() < MANY, result.toString());
    long more = result.steps() + 2;
    assertEquals(TrainingResult.End.STEPS, Training.on().withSteps(more).withThreads(1).resume(folder).end());
    assertFalse(Thread.currentThread().isInterrupted());
    TrainingResult again = Training.on().withSteps(MANY).withThreads(1).withListener(interruptingAt(more + 2)).resume(folder);
    assertEquals(TrainingResult.End.INTERRUPTED, again.end());
    assertTrue(Thread.interrupted());
  }

  @Test
  void aTrainingThatHasNotBegunIsCancelled() {
    Thread.currentThread().interrupt();
    assertCancelled(() -> training.withSteps(MANY).run(folder));
    assertCancelled(() -> training.withSteps(MANY).withListener(interruptingThePreparation()).run(folder));
    assertCancelled(() -> training.withSteps(MANY).with("folds", 2).withListener(interruptingThePreparation()).runFolds(folder));
    assertFalse(Files.exists(folder.resolve("model.safetensors")));
    assertFalse(Files.exists(folder.resolve("metrics.jsonl")));
  }

  @Test
  void theRunThatIsThereStays() throws IOException {
    training.run(folder);
    byte[] metrics = Files.readAllBytes(folder.resolve("metrics.jsonl"));
    Thread.currentThread().interrupt();
    assertCancelled(() -> training.withSteps(MANY).withOverwrite().run(folder));
    Thread.currentThread().interrupt();
    assertCancelled(() -> Training.on().withSteps(MANY).withThreads(1).resume(folder));
    assertArrayEquals(metrics, Files.readAllBytes(folder.resolve("metrics.jsonl")));
    assertEquals(4, Training.on().withSteps(4).withThreads(1).resume(folder).steps());
  }

  @Test
  void foldsEndWithTheOneThatIsTrained() throws IOException {
    FoldedResult result = training.with("folds", 3).withSteps(MANY).withListener(interruptingAt(3)).runFolds(folder);
    assertTrue(Thread.interrupted());
    assertEquals(TrainingResult.End.INTERRUPTED, result.end());
    assertEquals(1, result.folds().size());
  }
}
