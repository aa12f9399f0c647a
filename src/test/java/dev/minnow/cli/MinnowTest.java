package dev.minnow.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

class MinnowTest {
  private enum Color {
    RED,
    GREEN
  }

  /** Prints its options, or fails as told. */
  @Command(name = "probe", description = "A probe.")
  static final class Probe implements Callable<Integer> {
    private final Console console;

    @Option(names = {"-k", "--top-k"})
    private int topK = 3;

    @Option(names = "--flag")
    private boolean flag;

    @Option(names = "--color")
    private Color color = Color.RED;

    @Option(names = "--share")
    private Double share = 0.0;

    @Option(names = "--factor")
    private float factor;

    @Option(names = "--stop")
    private List<String> stops = List.of();

    @Parameters(paramLabel = "WHAT")
    private String what;

    Probe(Console console) {
      this.console = console;
    }

    @Override
    public Integer call() throws Exception {
      switch (what) {
        case "state" -> throw new IllegalStateException("The disk of /data is full; free some space.");
        case "argument" -> throw new IllegalArgumentException("The width must be at least 1, not 0.");
        case "io" -> throw new IOException("connection reset");
        case "missing" -> throw new NoSuchFileException("/no/such/file");
        case "null" -> throw new NullPointerException();
        case "heap" -> throw new OutOfMemoryError("Java heap space");
        case "native" -> throw new OutOfMemoryError("The system refused 7 MiB of memory.");
        case "numbers" -> console.println(share + " " + factor);
        default -> console.println(what + " " + topK + " " + flag + " " + color + " " + stops);
      }
      return 0;
    }
  }

  private static Map<String, Class<?>> commands() {
    Map<String, Class<?>> commands = new LinkedHashMap<>(Minnow.COMMANDS);
    commands.put("probe", Probe.class);
    return commands;
  }

  private static CommandRun run(String... arguments) {
    return CommandRun.of(commands(), Map.of(), "", arguments);
  }

  private static CommandRun runWith(Map<String, String> environment, String... arguments) {
    return CommandRun.of(commands(), environment, "", arguments);
  }

  @Test
  void helpGoesToStandardOutputAndNamesTheCommands() {
    for (String option : new String[] {"--help", "-h"}) {
      CommandRun run = run(option);
      assertEquals(0, run.exitCode());
      assertTrue(run.out().startsWith("Usage: minnow"), run.out());
      assertTrue(run.out().contains("A probe."), run.out());
      assertEquals("", run.error());
    }
  }

  @Test
  void everyCommandHasHelp() {
    for (String name : commands().keySet()) {
      CommandRun run = run(name, "--help");
      assertEquals(0, run.exitCode());
      assertTrue(run.out().startsWith("Usage: minnow " + name), run.out());
      assertTrue(run.out().contains("--verbose"), run.out());
      assertEquals(run.out(), run("help", name).out());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"PATIENCE", "BETA1", "KV_HEADS", "MINUTES", "WIDTH", "EVAL_EVERY", "FOLDS"})
  void theEnvironmentKeepsNobodyFromHelp(String variable) {
    Map<String, String> environment = Map.of("MINNOW_" + variable, "1");
    assertEquals(run("train", "--help").out(), runWith(environment, "train", "--help").out());
    assertTrue(runWith(environment, "train").error().startsWith("minnow: No corpus was given; "));
  }

  @Test
  void helpOfACommandThatDoesNotExistSuggestsOne() {
    assertUsageError("minnow: There is no command \"prope\" of minnow; did you mean probe?\n", run("help", "prope"));
  }

  @Test
  void versionNamesTheRunningJava() {
    CommandRun run = run("--version");
    assertEquals(0, run.exitCode());
    assertTrue(run.out().contains("Java " + Runtime.version()), run.out());
  }

  @Test
  void noCommandIsWrongUsageAndShowsTheHelp() {
    CommandRun run = run();
    assertEquals(2, run.exitCode());
    assertEquals("", run.out());
    assertTrue(run.error().startsWith("Usage: minnow"), run.error());
    assertTrue(run.error().endsWith("minnow: A command is missing; choose one of the above.\n"), run.error());
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      prope x                  | There is no command "prope" of minnow; did you mean probe?
      --vebrose probe x        | There is no option --vebrose of minnow; did you mean --verbose?
      xyz                      | There is no command "xyz" of minnow; see minnow --help.
      probe                    | WHAT is missing; see minnow probe --help.
      probe x y                | "y" is one argument too many; put quotes around text with spaces, and see minnow probe --help.
      probe x --topk 3         | There is no option --topk of minnow probe; did you mean --top-k?
      probe x --top=3          | There is no option --top of minnow probe; did you mean --top-k?
      probe x --zzzzzzz        | There is no option --zzzzzzz of minnow probe; see minnow probe --help.
      probe x --top-k          | --top-k needs a value; see minnow probe --help.
      probe x --top-k many     | --top-k cannot be "many"; it takes a whole number, at most 2147483647.
      probe x --top-k 1.5      | --top-k cannot be "1.5"; it takes a whole number, at most 2147483647.
      probe x --top-k=3000000000 | --top-k cannot be "3000000000"; it takes a whole number, at most 2147483647.
      probe x -k 1 --top-k 2   | --top-k was given twice; give it once.
      probe x --color blue     | --color cannot be "blue"; it takes one of red, green.
      probe x --flag=maybe     | --flag cannot be "maybe"; it takes true or false, or no value.
      probe x --share 1e-3f    | --share cannot be "1e-3f"; it takes a decimal number such as 0.001 or 1e-3.
      probe x --share 0x1p-3   | --share cannot be "0x1p-3"; it takes a decimal number such as 0.001 or 1e-3.
      probe x --share=Infinity | --share cannot be "Infinity"; it takes a decimal number such as 0.001 or 1e-3.
      probe x --factor 1d      | --factor cannot be "1d"; it takes a decimal number such as 0.001 or 1e-3.
      probe argument           | The width must be at least 1, not 0.
      """)
  void wrongUsageIsOneSentenceAndExitCodeTwo(String commandLine, String sentence) {
    assertUsageError("minnow: " + sentence + "\n", run(commandLine.split(" ")));
  }

  @Test
  void numbersAreWrittenWithADecimalPointOrAPowerOfTen() {
    assertEquals("0.001 50.0\n", run("probe", "numbers", "--share", "1e-3", "--factor", "+.5E2").out());
    assertEquals("-3.0 0.25\n", run("probe", "numbers", "--share", "-3.", "--factor", "0.25").out());
  }

  private static void assertUsageError(String error, CommandRun run) {
    assertEquals(error, run.error());
    assertEquals(2, run.exitCode());
    assertEquals("", run.out());
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      state   | The disk of /data is full; free some space.
      io      | Reading or writing failed, IOException: connection reset.
      missing | /no/such/file does not exist; check the path.
      heap    | The Java heap is full; give less text at once, or take a smaller model, batch or context.
      native  | There is not enough memory (the system refused 7 MiB of memory); take a smaller model, batch or context.
      null    | Something unexpected went wrong, NullPointerException; run again with --verbose and report what it prints.
      """)
  void aFailureIsOneSentenceAndExitCodeOne(String kind, String sentence) {
    CommandRun run = run("probe", kind);
    assertEquals("minnow: " + sentence + "\n", run.error());
    assertEquals(1, run.exitCode());
    assertEquals("", run.out());
  }

  @Test
  void verboseAddsTheStackTraceWhereverItStands() {
    for (String[] arguments : new String[][] {{"--verbose", "probe", "state"}, {"probe", "state", "--verbose"}}) {
      CommandRun run = run(arguments);
      assertEquals(1, run.exitCode());
      assertTrue(run.error().contains("at " + MinnowTest.class.getName()), run.error());
    }
    assertTrue(runWith(Map.of("MINNOW_VERBOSE", "true"), "probe", "state").error().contains("\tat "));
    assertFalse(run("probe", "state").error().contains("\tat "));
  }

  @Test
  void theEnvironmentSpeaksWhereTheCommandLineIsSilent() {
    Map<String, String> environment = Map.of("MINNOW_TOP_K", "7", "MINNOW_FLAG", "1", "MINNOW_COLOR", "green", "MINNOW_STOP", "a b");
    assertEquals("x 7 true GREEN [a b]\n", runWith(environment, "probe", "x").out());
    assertEquals("x 5 true RED [y]\n", runWith(environment, "probe", "x", "-k", "5", "--flag", "--color", "RED", "--stop", "y").out());
    assertEquals("x 7 false GREEN [a b]\n", runWith(environment, "probe", "x", "--flag=false").out());
    assertEquals("x 3 false RED []\n", runWith(Map.of("MINNOW_TOP_K", "", "MINNOW_HELP", "true"), "probe", "x").out());
  }

  @Test
  void theCommandLineSaysHowLongToTrainWhereTheEnvironmentSaysItInAnotherWay(@TempDir Path folder) throws IOException {
    String text = Files.writeString(folder.resolve("text.txt"), "to be or not to be\n".repeat(100)).toString();
    String out = folder.resolve("out").toString();
    CommandRun run =
        runWith(
            Map.of("MINNOW_MINUTES", "60", "MINNOW_EPOCHS", "1000", "MINNOW_VALIDATION", "0"),
            "train", text, "--out", out, "--steps", "1", "--layers", "1", "--heads", "1", "--width", "16", "--context", "8", "--batch", "1",
            "--vocab-size", "256", "--json");
    assertEquals(0, run.exitCode(), run.error());
    assertTrue(run.out().contains("\"steps\":1,"), run.out());
  }

  /** What is exported for one command is there for the others too. */
  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      LR=0.01 | inspect MODEL
      STEP=a text, LR=0.01 | inspect MODEL MODEL
      ALTERNATIVES=2 | generate MODEL --prompt a --tokens 1
      MINUTES=5, MEMORY=1g, PARAMETERS=9, VALIDATION=0.05, ENCODING=UTF-8, FIELD=f, COLUMN=c | plan --no-probe
      VOCAB_SIZE=300 | corpus prepare TEXT --tokenizer MODEL --out FOLDER --min-likeness 0
      TOKENIZER=none | corpus prepare TEXT --vocab-size 256 --out FOLDER --min-likeness 0
      KEEP_HTML=true, KEEP_BOILERPLATE=true | corpus prepare TEXT --vocab-size 256 --out FOLDER --no-clean
      NO_CLEAN=true | corpus prepare TEXT --vocab-size 256 --out FOLDER --keep-html --min-likeness 0
      JSON=true | tokenizer encode MODEL --jsonl
      PRESET=small, LAYERS=9, WIDTH=512, INIT=zero-output, ARCH=llama, VOCAB_SIZE=999 | train TEXT \
      --from MODEL --out FOLDER --steps 1 --batch 1
      FROM=none | train TEXT --preset nano --out FOLDER --steps 1 --batch 1 --layers 1 --heads 1 --width 16 --context 8 --vocab-size 256
      VALIDATION=0.2 | train TEXT --folds 2 --out FOLDER --steps 1 --batch 1 --layers 1 --heads 1 --width 16 --context 8 --vocab-size 256
      BETA1=0.8, BETA2=0.9, EPSILON=1e-6, MIN_LR=0.1 | train TEXT --optimizer sgd --schedule constant --out FOLDER \
      --steps 1 --batch 1 --layers 1 --heads 1 --width 16 --context 8 --vocab-size 256
      MOMENTUM=0.8, PATIENCE=1, EVAL_EVERY=1 | train TEXT --validation 0 --out FOLDER --steps 1 --batch 1 --layers 1 --heads 1 --width 16 \
      --context 8 --vocab-size 256
      OPTIMIZER=sgd, MOMENTUM=0.8 | train TEXT --out FOLDER --steps 1 --batch 1 --layers 1 --heads 1 --width 16 --context 8 --vocab-size 256
      TOKENIZER=MODEL, VOCAB_SIZE=999 | train TEXT --out FOLDER --steps 1 --batch 1 --layers 1 --heads 1 --width 16 --context 8
      RESUME=true, FROM=none, OVERWRITE=true, STEPS=7, SAVE_EVERY=3, EVAL_EVERY=2, KEEP=1, FOLDS=2 | train TEXT \
      --overfit-one-batch --layers 1 --heads 1 --width 16 --batch 1 \
      --context 8 --vocab-size 256 --lr 0.1
      """)
  void whatSaysNothingBesideTheOthersIsPassedOverInTheEnvironment(String variables, String words, @TempDir Path folder) throws IOException {
    Map<String, String> environment = new LinkedHashMap<>();
    String model = TinyModel.save(folder.resolve("model"));
    for (String variable : variables.replace("MODEL", model).split(", ", -1)) {
      environment.put("MINNOW_" + variable.substring(0, variable.indexOf('=')), variable.substring(variable.indexOf('=') + 1));
    }
    String text = Files.writeString(folder.resolve("text.txt"), "to be or not to be, that is the question\n".repeat(40)).toString();
    String[] line = words.replace("MODEL", model).replace("TEXT", text).replace("FOLDER", folder.resolve("out").toString()).split(" +", -1);
    CommandRun run = runWith(environment, line);
    assertEquals(0, run.exitCode(), () -> run.error() + run.out());
  }

  @Test
  void whatWasDecidedWhenACorpusWasPreparedIsPassedOverInTheEnvironment(@TempDir Path folder) throws IOException {
    String text = Files.writeString(folder.resolve("text.txt"), "to be or not to be, that is the question\n".repeat(40)).toString();
    String corpus = folder.resolve("corpus").toString();
    CommandRun prepared = run("corpus", "prepare", text, "--vocab-size", "270", "--min-likeness", "0", "--out", corpus);
    assertEquals(0, prepared.exitCode(), prepared.error());
    String train = "train --steps 1 --batch 1 --layers 1 --heads 1 --width 16 --context 8 " + corpus;
    for (String decided : List.of("FIELD=f", "COLUMN=c", "ENCODING=UTF-8", "VALIDATION=0.2", "FOLDS=3", "VOCAB_SIZE=300")) {
      String[] variable = decided.split("=", -1);
      String option = "--" + variable[0].toLowerCase(Locale.ROOT).replace('_', '-');
      String out = " --out " + folder.resolve(option);
      CommandRun run = runWith(Map.of("MINNOW_" + variable[0], variable[1]), (train + out).split(" "));
      assertEquals(0, run.exitCode(), run.error());
      CommandRun refused = run((train + out + "-again " + option + " " + variable[1]).split(" "));
      assertEquals(2, refused.exitCode(), option);
      assertTrue(refused.error().contains("leave out " + option), refused.error());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"inspect", "train", "plan", "eval model", "corpus stats", "corpus prepare", "tokenizer train --out t.json",
      "tokenizer train jdk --out", "tokenizer inspect t.json"})
  void aNameThatLostItsBytesIsRefused(String words) {
    CommandRun run = run((words + " lat\uFFFD").split(" "));
    assertEquals(2, run.exitCode());
    assertTrue(run.error().endsWith("; the name is not UTF-8, or holds the sign U+FFFD for what was not; rename the file.\n"), run.error());
  }

  @Test
  void aNumberThatIsNoneNeedsNoName() {
    assertTrue(run("train", "--steps", "5\uFFFD").error().endsWith("; it takes a whole number, at most 9223372036854775807.\n"));
  }

  @Test
  void anArgumentTooManyDoesNotCommandTheTerminal() {
    CommandRun run = run("inspect", "a", "b", "\u001b[2J");
    assertEquals(2, run.exitCode());
    assertTrue(run.error().contains("\u241b[2J") && !run.error().contains("\u001b"), run.error());
  }

  @Test
  void aFailureDoesNotCommandTheTerminal(@TempDir Path folder) throws IOException {
    String name = folder.resolve("\u001b[2Jnone").toString();
    CommandRun run = run("inspect", name);
    assertEquals(1, run.exitCode());
    assertTrue(run.error().contains("\u241b[2Jnone") && !run.error().contains("\u001b"), run.error());
  }

  @Test
  void aRunGoesOnWithItsOwnOptionsWhateverTheEnvironmentHas(@TempDir Path folder) throws IOException {
    String text = Files.writeString(folder.resolve("text.txt"), "to be or not to be\n".repeat(100)).toString();
    String out = folder.resolve("out").toString();
    CommandRun run =
        runWith(
            Map.of(), "train", text, "--out", out, "--steps", "2", "--layers", "1", "--heads", "1", "--width", "16", "--context", "8",
            "--batch", "1", "--vocab-size", "256", "--kernel", "vector");
    assertEquals(0, run.exitCode(), run.error());
    Map<String, String> environment =
        Map.of("MINNOW_LR", "0.5", "MINNOW_KERNEL", "scalar", "MINNOW_PRESET", "small", "MINNOW_OVERWRITE", "true",
            "MINNOW_OUT", out);
    CommandRun resumed = runWith(environment, "train", "--resume", "--json");
    assertEquals(0, resumed.exitCode(), resumed.error());
    assertEquals(2, resumed.json().get("steps").intValue());
    assertEquals("vector", resumed.json().get("kernel").textValue());
    assertEquals(2, runWith(environment, "train", "--resume", "--lr", "0.5").exitCode());
    assertEquals(3, runWith(environment, "train", "--resume", "--steps", "3", "--json").json().get("steps").intValue());
    Map<String, String> further = new LinkedHashMap<>(environment);
    further.put("MINNOW_STEPS", "4");
    assertEquals(4, runWith(further, "train", "--resume", "--json").json().get("steps").intValue());
  }

  @Test
  void aWrongValueInTheEnvironmentIsToldByItsVariable() {
    assertUsageError(
        "minnow: The environment variable MINNOW_TOP_K cannot be \"many\"; it takes a whole number, at most 2147483647.\n",
        runWith(Map.of("MINNOW_TOP_K", "many"), "probe", "x"));
    assertUsageError(
        "minnow: MINNOW_FLAG must be true or false, not perhaps.\n", runWith(Map.of("MINNOW_FLAG", "perhaps"), "probe", "x"));
  }

  @Test
  void argumentsCanStandInAFile(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("arguments"), "# a comment\nprobe \"two words\"\n--top-k 9 --stop=é\n");
    assertEquals("two words 9 false RED [é]\n", run("@" + file).out());
  }

  @Test
  void theValueOfAnOptionIsNoFileOfArguments(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("Override"), "--flag");
    assertEquals("x 3 false RED [@" + file + "]\n", run("probe", "x", "--stop", "@" + file).out());
    assertEquals("x 3 true RED [@@" + file + "]\n", run("probe", "--stop", "@@" + file, "@" + file, "x").out());
    assertEquals("x 3 false RED [@]\n", run("probe", "x", "--stop", "@").out());
    Path first = Files.writeString(folder.resolve("first"), "probe x");
    assertEquals("x 3 false RED [@" + file + "]\n", run("@" + first, "--stop", "@" + file).out());
  }

  @Test
  void aFileOfArgumentsThatIsMissingIsNamed(@TempDir Path folder) {
    Path file = folder.resolve("nowhere");
    assertUsageError(
        "minnow: @" + file + " stands for the arguments in the file " + file + ", which does not exist; check the path.\n",
        run("@" + file));
  }

  private static OutputStream refusing(String reason) {
    return new OutputStream() {
      @Override
      public void write(int b) throws IOException {
        throw new IOException(reason);
      }
    };
  }

  private static CommandRun runInto(OutputStream out) {
    ByteArrayOutputStream error = new ByteArrayOutputStream();
    int exitCode = Minnow.run(commands(), Console.of(InputStream.nullInputStream(), out, error), Map.of(), "probe", "x");
    return new CommandRun(exitCode, "", error.toString(StandardCharsets.UTF_8));
  }

  @Test
  void aReaderThatLeavesEndsTheCommandQuietly() {
    assertEquals(new CommandRun(0, "", ""), runInto(refusing("Broken pipe")));
  }

  @Test
  void outputThatCannotBeWrittenIsAnError() {
    assertEquals(
        new CommandRun(1, "", "minnow: Standard output cannot be written: No space left on device.\n"),
        runInto(refusing("No space left on device")));
  }
}
