package dev.minnow.cli;

import dev.minnow.corpus.Corpus;
import dev.minnow.tokenizer.Tokenizer;
import dev.minnow.train.SteadyTiming;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.DoubleSupplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Measures encoding and decoding, and that the text comes back. */
@Command(name = "tokenizer",
    description = "Measure encoding and decoding of a text, which must come back unchanged.")
final class BenchTokenizerCommand implements Callable<Integer> {
  private static final int LEAST_RUNS = 7;
  private static final double LEAST_SECONDS = 2;

  private final Console console;

  @Mixin
  private TokenizerFile tokenizerFile;

  @Parameters(index = "1..*", paramLabel = "CORPUS", converter = FileName.class,
      description = "Text: files, folders, globs or catalogue names (default: jdk).")
  private List<String> corpus = List.of("jdk");

  @Option(names = "--megabytes", paramLabel = "N",
      description = "Take this much of the text, from its beginning (default: ${DEFAULT-VALUE}).")
  private int megabytes = 32;

  @Mixin
  private ThreadsOption threads;
  @Mixin
  private JsonOption output;

  BenchTokenizerCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    int shared = threads.count();
    if (megabytes < 1 || megabytes > 512) {
      throw new IllegalArgumentException("--megabytes must be from 1 to 512, not " + megabytes + ".");
    }
    Tokenizer tokenizer = tokenizerFile.load();
    byte[] text = text();
    int[] ids = tokenizer.encode(text);
    requireSame(text, ids, tokenizer, shared);
    double one = rate(text, SteadyTiming.seconds(() -> tokenizer.encode(text)));
    double all = rate(text, SteadyTiming.seconds(() -> tokenizer.encode(text, shared)));
    double decoding = rate(text, SteadyTiming.seconds(() -> tokenizer.decode(ids)));
    print(new Result(text.length, ids.length, shared, one, all, decoding));
    return ExitCode.DONE;
  }

  /** Rates are in megabytes of text per second. */
  private record Result(int bytes, int tokens, int threads, double oneThread, double allThreads, double decoding) {}

  private byte[] text() {
    int most = megabytes * 1_000_000;
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    ProgressDisplay progress = new ProgressDisplay(console);
    Corpus.open(corpus, progress).forEach(piece -> text.write(piece, 0, Math.min(piece.length, most - text.size())));
    return text.toByteArray();
  }

  private void requireSame(byte[] text, int[] ids, Tokenizer tokenizer, int shared) {
    if (!Arrays.equals(text, tokenizer.decode(ids)) || !Arrays.equals(ids, tokenizer.encode(text, shared))) {
      throw new IllegalStateException(
          tokenizerFile.path() + " does not give the text back, or other tokens with " + shared + " threads.");
    }
  }

  private static double rate(byte[] text, DoubleSupplier seconds) {
    return text.length / 1e6 / SteadyTiming.medianSeconds(seconds, LEAST_RUNS, LEAST_SECONDS);
  }

  private void print(Result result) {
    if (output.json) {
      JsonLine line =
          new JsonLine()
              .put("bytes", result.bytes())
              .put("tokens", result.tokens())
              .put("encode_megabytes_per_second_one_thread", result.oneThread())
              .put("encode_megabytes_per_second", result.allThreads())
              .put("speedup", result.allThreads() / result.oneThread())
              .put("decode_megabytes_per_second", result.decoding())
              .put("threads", result.threads());
      console.println(line.toString());
    } else {
      console.println(
          String.format(
              Locale.ROOT,
              "encoding %.0f MB/s with one thread, %.0f with %d (%.2f times); decoding %.0f MB/s; %.2f bytes per token of %.1f MB",
              result.oneThread(),
              result.allThreads(),
              result.threads(),
              result.allThreads() / result.oneThread(),
              result.decoding(),
              (double) result.bytes() / result.tokens(),
              result.bytes() / 1e6));
    }
  }
}
