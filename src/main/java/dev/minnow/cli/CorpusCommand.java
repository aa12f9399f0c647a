package dev.minnow.cli;

import picocli.CommandLine.Command;

/** Groups what is done with texts before training. */
@Command(name = "corpus", description = "Clean texts, look at them, make token files of them; see the corpora known by name.",
    synopsisSubcommandLabel = "COMMAND", subcommands = {
        CorpusPrepareCommand.class, CorpusStatsCommand.class, CorpusListCommand.class})
final class CorpusCommand {}
