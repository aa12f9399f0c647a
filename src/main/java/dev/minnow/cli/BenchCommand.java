package dev.minnow.cli;

import picocli.CommandLine.Command;

/** Groups the benchmarks. */
@Command(name = "bench", description = "Measure rates, and their share of what this machine can do.", synopsisSubcommandLabel = "COMMAND",
    subcommands = {
        BenchMatmulCommand.class, BenchTrainCommand.class, BenchGenerateCommand.class, BenchTokenizerCommand.class})
final class BenchCommand {}
