package dev.minnow.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The program: {@code minnow COMMAND}. A new command is a class of its own, listed here. */
@Command(name = "minnow", description = "Trains small GPT-style language models from plain text and generates text with them.", synopsisSubcommandLabel = "COMMAND", mixinStandardHelpOptions = true, versionProvider = ProgramVersion.class, subcommands = {})
public final class Minnow implements Runnable {
  @Option(names = "--verbose", scope = ScopeType.INHERIT, description = "Show the stack trace of an error.") private boolean verbose;

  @Spec private CommandSpec spec;

  private Minnow() {}

  public static void main(String[] arguments) {
    System.exit(commandLine().execute(arguments));
  }

  /** The parser with every command, environment variables and the rules for errors. */
  static CommandLine commandLine() {
    Minnow program = new Minnow();
    return new CommandLine(program)
        .setDefaultValueProvider(new EnvironmentDefaults(System.getenv()))
        .setParameterExceptionHandler(ErrorSentence::wrongUsage)
        .setExecutionExceptionHandler((thrown, command, parsed) -> ErrorSentence.failed(thrown, command, program.verbose))
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setUsageHelpAutoWidth(true);
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "A command is missing.");
  }
}
