package dev.minnow.train.plan;

import dev.minnow.corpus.Corpus;
import dev.minnow.corpus.TokenFile;
import dev.minnow.tokenizer.BpeTrainer;
import dev.minnow.tokenizer.Tokenizer;
import dev.minnow.train.option.RunOptions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a corpus is like for a language model, learned in seconds from a sample: how much text there is, how well n-grams predict what is
 * held out of it, how much better they do with more text, and how much text a token stands for.
 */
public final class CorpusProfile {
  /** Tokens of the n-grams: enough merges that a few tokens reach over several words, few enough for six of them in a long. */
  private static final int VOCABULARY = 1024;

  private static final int SYMBOL_BITS = 10;
  private static final int ORDER = 6;

  /** The share of the sample, 1 to this, that says how the n-grams improve with more text. */
  private static final int PARTS = 4;

  /** As far as the trend that the sample shows is followed: beyond, fits to runs get worse. */
  private static final long MOST_BYTES = 16 << 20;

  /** What the virtual machine takes with the text under way and the words of a tokenizer, see {@link #preparingBytes}. */
  private static final long LEAST_PREPARING_BYTES = 150L << 20;
  private static final double PREPARING_SHARE = 1;
  private static final long MOST_PREPARING_BYTES = 218L << 20;

  /** What preparing leaves, see {@link #leftByPreparingBytes}, at most and from how much text on. */
  private static final long MOST_LEFT_BYTES = 25L << 20;
  private static final long LEAVING_MOST_BYTES = 32L << 20;

  private static final int PART_TOKENS = 4096;

  private static final int SMALLEST_TRAINING_BYTES = 16 << 10;
  private static final int SMALLEST_HELD_OUT_BYTES = 1 << 10;

  private final CorpusSample sample;
  private final double bitsPerByte;
  private final Tokenizer tokenizer;
  private final List<int[]> training;
  private final List<int[]> heldOut;
  private final ScalingLaw.Text pilotText;
  private final Map<Integer, Tokens> byVocabulary = new HashMap<>();

  /**
   * Tokens of a vocabulary.
   *
   * @param tokenizer of the vocabulary, which has what the text yields, at most what was asked for
   * @param trainingBytes that one stands for on average
   * @param heldOutBytes that one stands for on average in what is held out
   */
  private record Tokens(Tokenizer tokenizer, double trainingBytes, double heldOutBytes) {}

  private CorpusProfile(CorpusSample sample) throws IOException {
    this.sample = sample;
    // With tokens that fit what is held out as well as the rest, the law errs less: by 3.6 %, else by 4.4.
    this.tokenizer = learned(VOCABULARY, Stream.concat(sample.training().stream(), sample.heldOut().stream()).toList());
    this.training = encode(tokenizer, sample.training());
    this.heldOut = encode(tokenizer, sample.heldOut());
    double ofAll = bitsPerByte(training, heldOut);
    double growth = Math.log(bitsPerByte(part(training), heldOut) / ofAll) / Math.log(PARTS);
    long sampleBytes = CorpusSample.bytes(sample.training());
    this.bitsPerByte = ofAll * Math.pow((double) Math.min(sample.trainingBytes(), MOST_BYTES) / sampleBytes, -growth);
    this.pilotText = new ScalingLaw.Text(PilotRun.TOKENS * sampleBytes / count(training), sampleBytes);
  }

  /**
   * Reads a corpus.
   *
   * @param validation share to hold out; null for the usual one
   * @throws dev.minnow.corpus.CorpusException if it cannot be read
   * @throws PlanException if nothing is held out, or too little to say anything
   */
  public static CorpusProfile of(Corpus corpus, @Nullable Double validation) throws IOException {
    return of(CorpusSample.read(corpus, validation));
  }

  static CorpusProfile of(CorpusSample sample) throws IOException {
    if (CorpusSample.bytes(sample.training()) < SMALLEST_TRAINING_BYTES || CorpusSample.bytes(sample.heldOut()) < SMALLEST_HELD_OUT_BYTES) {
      throw new PlanException(
          String.format(Locale.ROOT,
              "The corpus has %d bytes to train on and %d to hold out, too few to say what a model would learn; use more text.",
              sample.trainingBytes(), sample.heldOutBytes()));
    }
    return new CorpusProfile(sample);
  }

  /** Bytes of text to train on. */
  public long trainingBytes() {
    return sample.trainingBytes();
  }

  /**
   * Resident memory while the corpus is prepared, which is over before a model needs its own: `train --steps 1` of 1.1 to 151 MB of text
   * peaks at 143 to 229 MiB (Temurin 25, Linux, two threads).
   */
  public long preparingBytes() {
    long bytes = LEAST_PREPARING_BYTES + (long) (PREPARING_SHARE * (sample.trainingBytes() + sample.heldOutBytes()));
    return Math.min(bytes, MOST_PREPARING_BYTES);
  }

  /**
   * Resident memory that stays after preparing, beyond what it is for a small corpus: code that was compiled on the way and old objects.
   * `train` of 10, 30, 70 and 140 MB of sources in Go and C takes 198, 194, 206 and 219 MiB beside its slabs and its token file, of 1.4 MB
   * of prose 166 to 180.
   */
  public long leftByPreparingBytes() {
    double share = (double) (sample.trainingBytes() + sample.heldOutBytes()) / LEAVING_MOST_BYTES;
    return (long) (MOST_LEFT_BYTES * Math.min(1, share));
  }

  /** Resident memory that the token files of a vocabulary take while a model is trained: all of them come to be read. */
  public long tokenFileBytes(int vocabulary) throws IOException {
    return (long) ((trainingTokens(vocabulary) + heldOutTokens(vocabulary)) * TokenFile.bytesOfId(vocabularySize(vocabulary)));
  }

  /** Bytes of text that is held out. */
  public long heldOutBytes() {
    return sample.heldOutBytes();
  }

  /**
   * Bits that n-grams would need for a byte of held-out text if they had learned from all of the rest, or from 16 MiB of it where there is
   * more, see {@link NgramModel}.
   */
  public double ngramBitsPerByte() {
    return bitsPerByte;
  }

  /** What pilot runs on the sample come to. */
  Pilot.Losses pilot(Pilot pilot) throws IOException {
    return pilot.run(tokenizer, training, heldOut);
  }

  /**
   * Rehearses a run on the sample.
   *
   * @param options of the run
   * @param steps of the longer rehearsal
   */
  Rehearsed rehearse(Rehearsal rehearsal, RunOptions options, long steps) throws IOException {
    Tokenizer learned = tokens(options.setup().vocabularySize()).tokenizer();
    return rehearsal.run(options, steps, learned, encode(learned, sample.moreTraining()), encode(learned, sample.heldOut()));
  }

  /** Text that the short pilot run reads, from a sample of the corpus. */
  public ScalingLaw.Text pilotText() {
    return pilotText;
  }

  /** Tokens in the vocabulary that training would come to have where it asks for so many. */
  public int vocabularySize(int wanted) throws IOException {
    return tokens(wanted).tokenizer().vocabularySize();
  }

  /** Tokens to train on, about. */
  public double trainingTokens(int vocabulary) throws IOException {
    return sample.trainingBytes() / tokens(vocabulary).trainingBytes();
  }

  /** Tokens of what is held out, about. */
  public double heldOutTokens(int vocabulary) throws IOException {
    return sample.heldOutBytes() / tokens(vocabulary).heldOutBytes();
  }

  /** Bytes of held-out text that a token stands for. */
  public double bytesPerToken(int vocabulary) throws IOException {
    return tokens(vocabulary).heldOutBytes();
  }

  private Tokens tokens(int vocabulary) throws IOException {
    Tokens known = byVocabulary.get(vocabulary);
    if (known != null) {
      return known;
    }
    Tokenizer learned = learned(vocabulary, sample.ofAll());
    Tokens tokens =
        new Tokens(learned, bytesPerToken(learned, sample.training()), bytesPerToken(learned, sample.heldOut()));
    byVocabulary.put(vocabulary, tokens);
    return tokens;
  }

  private static Tokenizer learned(int vocabulary, List<byte[]> text) throws IOException {
    return new BpeTrainer(vocabulary).train(text::forEach);
  }

  private static double bytesPerToken(Tokenizer tokenizer, List<byte[]> text) {
    return (double) CorpusSample.bytes(text) / count(encode(tokenizer, text));
  }

  /** Tokens that have no whole context cost as much as the others. */
  private static double bitsPerByteOf(double natsPerToken, double bytesPerToken) {
    return natsPerToken / Math.log(2) / bytesPerToken;
  }

  private double bitsPerByte(List<int[]> training, List<int[]> heldOut) {
    NgramModel model = new NgramModel(training, SYMBOL_BITS, VOCABULARY, ORDER);
    double nats = heldOut.stream().mapToDouble(model::nats).sum();
    long predicted = heldOut.stream().mapToLong(model::predicted).sum();
    return bitsPerByteOf(nats / predicted, (double) CorpusSample.bytes(sample.heldOut()) / count(heldOut));
  }

  private static List<int[]> part(List<int[]> sequences) {
    List<int[]> part = new ArrayList<>();
    int index = 0;
    for (int[] sequence : sequences) {
      for (int from = 0; from < sequence.length; from += PART_TOKENS) {
        if (index++ % PARTS == 0) {
          part.add(Arrays.copyOfRange(sequence, from, Math.min(sequence.length, from + PART_TOKENS)));
        }
      }
    }
    return part;
  }

  private static List<int[]> encode(Tokenizer tokenizer, List<byte[]> text) {
    return text.stream().map(tokenizer::encode).toList();
  }

  private static long count(List<int[]> sequences) {
    return sequences.stream().mapToLong(sequence -> sequence.length).sum();
  }
}
