package dev.minnow.cli;

import dev.minnow.train.DecimalNumber;
import java.lang.reflect.Constructor;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IFactory;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.TypeConversionException;

/**
 * The command {@code minnow}. Its commands are classes that picocli fills, with a constructor that takes the {@link Console}; {@code
 * call} does the work and returns one of {@link ExitCode}, and what it throws becomes one sentence by {@link Failure}.
 */
@Command(name = "minnow", description = "Trains small GPT-style language models from plain text and generates text with them.",
    versionProvider = ProgramVersion.class, synopsisSubcommandLabel = "COMMAND", footer = {
        "",
        "minnow COMMAND --help tells more. Each long option is also an environment variable, such as MINNOW_THREADS, and @FILE, but as"
            + " an option's value, stands for the arguments in a file."
            + " Exit codes: 0 done, 1 failed, 2 wrong usage, 129, 130 and 143 interrupted."
    })
public final class Minnow {
  /** How the handler of the system's log that prints to the terminal forms a line. */
  private static final String LOG_FORMAT = "java.util.logging.SimpleFormatter.format";

  static final Map<String, Class<?>> COMMANDS = commands();

  @Option(names = {"-h", "--help"}, usageHelp = true, scope = ScopeType.INHERIT, description = "Show this help.")
  private boolean helpRequested;

  @Option(names = "--version", versionHelp = true, description = "Show the version.")
  private boolean versionRequested;

  @Option(names = "--verbose", scope = ScopeType.INHERIT, description = "Show the stack trace of an error.")
  private boolean verbose;

  private static Map<String, Class<?>> commands() {
    Map<String, Class<?>> commands = new LinkedHashMap<>();
    commands.put("train", TrainCommand.class);
    commands.put("generate", GenerateCommand.class);
    commands.put("repl", ReplCommand.class);
    commands.put("eval", EvaluateCommand.class);
    commands.put("inspect", InspectCommand.class);
    commands.put("report", ReportCommand.class);
    commands.put("export", ExportCommand.class);
    commands.put("tokenizer", TokenizerCommand.class);
    commands.put("plan", PlanCommand.class);
    commands.put("corpus", CorpusCommand.class);
    commands.put("bench", BenchCommand.class);
    commands.put("doctor", DoctorCommand.class);
    commands.put("help", HelpCommand.class);
    return commands;
  }

  /** Runs a command line and ends the process with its exit code. */
  public static void main(String[] arguments) {
    // The system's log prints a warning of a library, or of this program's, as the other notices, unless somebody set it up.
    if (System.getProperty(LOG_FORMAT) == null) {
      System.setProperty(LOG_FORMAT, "minnow: %5$s%6$s%n");
    }
    System.exit(run(COMMANDS, Console.system(), System.getenv(), arguments));
  }

  /**
   * Runs a command line and returns its exit code.
   *
   * @param commands by name
   */
  static int run(Map<String, Class<?>> commands, Console console, Map<String, String> environment, String... arguments) {
    Minnow minnow = new Minnow();
    EnvironmentDefaults defaults = new EnvironmentDefaults(environment);
    try {
      CommandLine commandLine = commandLine(minnow, commands, new ConsoleFactory(console), arguments);
      return minnow.execute(commandLine.setDefaultValueProvider(defaults), console, defaults, arguments);
    } catch (ParameterException e) {
      console.notice("minnow: " + UsageSentence.of(e, defaults));
      return ExitCode.WRONG_USAGE;
    } catch (Throwable e) {
      Failure failure = Failure.of(e);
      if (!failure.sentence().isEmpty()) {
        console.notice("minnow: " + failure.sentence());
      }
      if (minnow.verbose) {
        e.printStackTrace(console.error());
      }
      return failure.exitCode();
    }
  }

  private static CommandLine commandLine(Minnow minnow, Map<String, Class<?>> commands, IFactory factory, String... arguments) {
    CommandLine commandLine = new CommandLine(minnow, factory);
    // Reading the annotations of all commands would double the time before the first token.
    Optional<String> only =
        Arrays.stream(arguments).filter(argument -> !argument.startsWith("-")).findFirst().filter(commands::containsKey);
    commands.forEach(
        (name, type) -> {
          if (only.isEmpty() || only.get().equals("help") || only.get().equals(name)) {
            commandLine.addSubcommand(name, new CommandLine(type, factory));
          }
        });
    for (CommandLine command : all(commandLine).toList()) {
      command.getCommandSpec().usageMessage().sortOptions(false).abbreviateSynopsis(true);
    }
    return commandLine
        .registerConverter(Path.class, Minnow::path)
        .registerConverter(Double.class, DecimalNumber::of)
        .registerConverter(double.class, DecimalNumber::of)
        .registerConverter(Float.class, DecimalNumber::floatOf)
        .registerConverter(float.class, DecimalNumber::floatOf)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setAbbreviatedOptionsAllowed(false);
  }

  /** An empty word, such as that of a variable that is not set, names no file, though Java takes it for the current folder. */
  private static Path path(String word) {
    if (word.isEmpty()) {
      throw new TypeConversionException("An empty word names no file.");
    }
    return Path.of(FileName.whole(word));
  }

  private static Stream<CommandLine> all(CommandLine command) {
    return Stream.concat(Stream.of(command), command.getSubcommands().values().stream().flatMap(Minnow::all));
  }

  private int execute(CommandLine commandLine, Console console, EnvironmentDefaults defaults, String... arguments)
      throws Exception {
    ParseResult parsed = commandLine.parseArgs(LiteralValues.escape(all(commandLine), arguments));
    ParseResult last = parsed;
    defaults.complete(last);
    while (last.hasSubcommand()) {
      last = last.subcommand();
      defaults.complete(last);
    }
    CommandLine command = last.commandSpec().commandLine();
    if (helpRequested) {
      console.print(HelpPage.of(command, console.outputIsTerminal()));
      return ExitCode.DONE;
    }
    if (versionRequested) {
      console.println(new ProgramVersion().getVersion()[0]);
      return ExitCode.DONE;
    }
    if (!(command.getCommand() instanceof Callable<?> callable)) {
      console.error().print(HelpPage.of(command, console.errorIsTerminal()));
      throw new IllegalArgumentException("A command is missing; choose one of the above.");
    }
    return (Integer) callable.call();
  }

  /** Makes commands, whose constructor takes the console, and what else picocli asks for. */
  private record ConsoleFactory(Console console) implements IFactory {
    @Override
    public <K> K create(Class<K> type) throws Exception {
      for (Constructor<?> constructor : type.getDeclaredConstructors()) {
        if (Arrays.equals(constructor.getParameterTypes(), new Class<?>[] {Console.class})) {
          return type.cast(constructor.newInstance(console));
        }
      }
      return CommandLine.defaultFactory().create(type);
    }
  }
}
