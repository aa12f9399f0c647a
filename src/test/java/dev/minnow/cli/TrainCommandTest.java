package dev.minnow.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrainCommandTest {
  @TempDir
  private Path temporary;

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      --epsilon 1e-50          | --epsilon must be above 0 and finite as a 32-bit number, not 1.0E-50.
      --lr Infinity            | --lr must be above 0 and finite as a 32-bit number, not Infinity.
      --beta2 0.99999999       | --beta2 must be at least 0, and below 1 as a 32-bit number, not 0.99999999.
      --weight-decay Infinity  | --weight-decay must be at least 0 and finite as a 32-bit number, not Infinity.
      """)
  void anOptionThatIsOutOfRangeAsAFloatIsWrongUsage(String options, String sentence) throws IOException {
    Path text = Files.writeString(temporary.resolve("text.txt"), "a text ".repeat(100));
    Path out = temporary.resolve("run");
    CommandRun run = CommandRun
        .of(("train TEXT --out OUT --preset nano --steps 1 " + options).replace("TEXT", text + "").replace("OUT", out + "").split(" "));
    assertEquals("minnow: " + sentence + "\n", run.error());
    assertEquals(2, run.exitCode());
    assertFalse(Files.exists(out));
  }
}
