package dev.minnow.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.minnow.GenerationOptions;
import dev.minnow.LanguageModel;
import dev.minnow.Session;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplCommandTest {
  @TempDir
  private static Path folder;

  private static String model;

  @BeforeAll
  static void saveModel() {
    model = TinyModel.save(folder.resolve("model"));
  }

  private static CommandRun repl(String input) {
    return CommandRun.withInput(input, "repl", model, "--tokens", "9");
  }

  private static String continuation(String prompt, String... options) {
    List<String> arguments = new ArrayList<>(List.of("generate", model, "--tokens", "9", "--no-echo", "--prompt", prompt));
    arguments.addAll(List.of(options));
    return CommandRun.of(arguments.toArray(String[]::new)).out();
  }

  @Test
  void eachLineOfAPipeIsContinuedWithoutEcho() {
    CommandRun run = repl("some text\n\nmore text");
    assertEquals(0, run.exitCode());
    assertEquals(continuation("some text") + continuation("more text", "--seed", "1338"), run.out());
    assertEquals("", run.error());
  }

  @Test
  void anEmptyInputEndsItWithSuccess() {
    assertEquals(new CommandRun(0, "", ""), repl(""));
  }

  @Test
  void quitEndsItBeforeTheNextLine() {
    assertEquals(new CommandRun(0, "", ""), repl("/quit\nsome text\n"));
  }

  @Test
  void commandsThatTakeNothingSaySo() {
    CommandRun run = repl("/more now\n/help x\n/settings y\n/quit now\n");
    assertEquals("", run.out());
    assertEquals(
        """
            minnow: /more takes nothing; type it alone.
            minnow: /help takes nothing; type it alone.
            minnow: /settings takes nothing; type it alone.
            minnow: /quit takes nothing; type it alone.
            """,
        run.error());
  }

  @Test
  void commandsChangeHowTextIsGenerated() {
    assertEquals(continuation("ab", "--temperature", "0"), repl("/temperature 0\nab\n").out());
    assertEquals(continuation("ab", "--seed", "5", "--top-k", "3"), repl("/seed 5\n/top-k 3\nab\n").out());
    assertEquals(continuation("ab", "--top-p", "0.5", "--min-p", "0.001"), repl("/top-p 0.5\n/min-p 0.001\nab\n").out());
    assertEquals(continuation("ab", "--repetition-penalty", "2"), repl("/repetition-penalty 2\nab\n").out());
    assertEquals(repl("ab").out(), repl("/tokens 1\n/tokens 9\nab\n").out());
    assertEquals("\n", repl("/tokens 0\nab\n/tokens 1\n").out() + "\n");
  }

  @Test
  void theSameLineContinuesInAnotherWayTheNextTime() {
    String once = repl("ab\n").out();
    String twice = repl("ab\nab\n").out();
    assertTrue(twice.startsWith(once), twice);
    assertNotEquals(once, twice.substring(once.length()));
  }

  @Test
  void moreContinuesTheLastText() {
    String[] greedy = {"/temperature 0\nab\n/more\n", "/temperature 0\n/tokens 18\nab\n"};
    assertEquals(repl(greedy[1]).out().replace("\n", ""), repl(greedy[0]).out().replace("\n", ""));
  }

  @Test
  void aBackslashJoinsLinesAndSlashesThatAreNoCommandsAreText() {
    assertEquals(continuation("ab\ncd"), repl("ab\\\ncd\n").out());
    assertEquals(continuation("ab\n"), repl("ab\\").out());
    assertEquals(continuation("// comment"), repl("// comment\n").out());
    assertEquals(continuation("/usr/bin"), repl("/usr/bin\n").out());
  }

  @Test
  void aByteOrderMarkBeginsNoText() {
    assertEquals(continuation("ab") + continuation("\uFEFFcd", "--seed", "1338"), repl("\uFEFFab\n\uFEFFcd\n").out());
    assertEquals(
        continuation("ab"), CommandRun.withInput("\uFEFFab\n", "generate", model, "--tokens", "9", "--no-echo").out());
  }

  /** Lines of somebody at a terminal: null where a text of several lines is given up. */
  private record Typed(Iterator<String> first, Iterator<@Nullable String> later) implements LineSource {
    @Override
    public @Nullable String next() {
      return first.hasNext() ? first.next() : null;
    }

    @Override
    public @Nullable String following() {
      return later.next();
    }

    @Override
    public void onInterrupt(Runnable action) {}

    @Override
    public void close() {}
  }

  @Test
  void aTextThatIsGivenUpIsNotContinuedAndOneThatIsPastedIsNoCommand() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream error = new ByteArrayOutputStream();
    Console console = Console.of(InputStream.nullInputStream(), out, error);
    Typed lines = new Typed(List.of("ab\\", "cd\\", "/seed\n5", "/seed 7").iterator(), Arrays.asList(null, "ef\\", null).iterator());
    try (LanguageModel opened = LanguageModel.open(Path.of(model)); Session session = opened.session()) {
      new Repl(session, console, lines, GenerationOptions.defaults().withMaximumTokens(9)).run();
    }
    assertEquals(continuation("/seed\n5"), out.toString(UTF_8));
    assertEquals("", error.toString(UTF_8));
  }

  @Test
  void aWrongCommandIsToldAndTheSessionGoesOn() {
    CommandRun run = repl("/temprature 1\n/top-k many\n/temperature -1\n/temperature 1f\nab\n");
    assertEquals(0, run.exitCode());
    assertEquals(continuation("ab"), run.out());
    assertEquals(
        """
            minnow: There is no command /temprature; did you mean /temperature?
            minnow: The command takes a whole number, not "many".
            minnow: The temperature must be from 0 to 100, not -1.0.
            minnow: The command takes a decimal number such as 0.5, not "1f".
            """,
        run.error());
  }

  @Test
  void helpNamesEveryCommand() {
    String help = repl("/help\n").error();
    ReplSettings.commands().forEach(command -> assertTrue(help.contains(command), command));
  }

  @Test
  void stopsAddUpAndCanBeCleared() {
    String settings = repl("/stop one\n/stop two words\n/settings\n/stop\n/settings\n").error();
    assertTrue(settings.contains("stop \"one\" \"two words\"\n"), settings);
    assertTrue(settings.endsWith("stop at no text\n"), settings);
  }
}
