package dev.minnow.cli;

import picocli.CommandLine.Command;

/** Groups what is done with corpora. */
@Command(name = "corpus", description = "See the corpora that Minnow knows by name.", synopsisSubcommandLabel = "COMMAND",
    subcommands = {CorpusListCommand.class})
final class CorpusCommand {}
