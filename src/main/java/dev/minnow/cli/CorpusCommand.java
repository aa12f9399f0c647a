package dev.minnow.cli;

import picocli.CommandLine.Command;

/** Groups what is done with texts before training. */
@Command(name = "corpus", description = "Clean texts, look at them, and make token files of them.", synopsisSubcommandLabel = "COMMAND",
    subcommands = {CorpusPrepareCommand.class})
final class CorpusCommand {}
