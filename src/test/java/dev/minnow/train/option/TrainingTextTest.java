package dev.minnow.train.option;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.minnow.train.Preset;
import dev.minnow.train.TrainingException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TrainingTextTest {
  private static final TrainingText TEXT = new TrainingText(3_000_000_000L, -5);

  private static final RunOptions NEW = RunOptions.create(Preset.NANO, Map.of("corpus", List.of("a.txt"))).withSteps(20);

  private static void assertRefused(RunOptions run, TrainingText text) {
    String message = assertThrows(TrainingException.class, () -> run.withText(text, Optional.empty())).getMessage();
    assertTrue(message.startsWith("The corpus changed since the run was saved;"), message);
  }

  @Test
  void aRunKnowsItsTextAgain() {
    assertEquals(Optional.empty(), NEW.text());
    RunOptions stored = RunOptions.stored(NEW.withText(TEXT, Optional.empty()).toJson());
    assertEquals(Optional.of(TEXT), stored.text());
    assertEquals(stored.toJson(), stored.withText(TEXT, Optional.empty()).toJson());
    assertRefused(stored, new TrainingText(TEXT.tokens(), 5));
    assertRefused(stored, new TrainingText(TEXT.tokens() + 1, TEXT.checksum()));
  }

  @Test
  void aRunKnowsWhatItHoldsOutAgain() {
    Optional<TrainingText> heldOut = Optional.of(new TrainingText(8, 3));
    RunOptions stored = RunOptions.stored(NEW.withText(TEXT, heldOut).toJson());
    assertEquals(stored.toJson(), stored.withText(TEXT, heldOut).toJson());
    assertThrows(TrainingException.class, () -> stored.withText(TEXT, Optional.of(new TrainingText(8, 4))));
    assertThrows(TrainingException.class, () -> stored.withText(TEXT, Optional.empty()));
    // Earlier runs do not say it, and those without do not either.
    RunOptions silent = RunOptions.stored(NEW.withText(TEXT, Optional.empty()).toJson());
    assertEquals(stored.toJson(), silent.withText(TEXT, heldOut).toJson());
  }

  @Test
  void aTextThatIsKeptInPartIsThatOfNoRun() {
    ObjectNode damaged = NEW.withText(new TrainingText(7, 0), Optional.empty()).toJson();
    ((ObjectNode) damaged.get("training-text")).remove("checksum");
    assertRefused(RunOptions.stored(damaged), new TrainingText(7, 0));
    damaged.putNull("training-text");
    assertRefused(RunOptions.stored(damaged), new TrainingText(7, 0));
  }
}
