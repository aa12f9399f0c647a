package dev.minnow.cli;

import picocli.CommandLine.Command;

/** Groups what is done with tokenizers alone. */
@Command(name = "tokenizer", description = "Train a tokenizer, use it, and look into it.", synopsisSubcommandLabel = "COMMAND",
    subcommands = {
        TokenizerTrainCommand.class, TokenizerEncodeCommand.class, TokenizerDecodeCommand.class, TokenizerInspectCommand.class,
        TokenizerConvertCommand.class})
final class TokenizerCommand {}
