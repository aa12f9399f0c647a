package dev.minnow.corpus.prepare;

import dev.minnow.corpus.CorpusException;
import dev.minnow.corpus.ProgressListener;
import dev.minnow.corpus.TokenFile;
import dev.minnow.corpus.TokenFileWriter;
import dev.minnow.tokenizer.EncodingOptions;
import dev.minnow.tokenizer.Sha256;
import dev.minnow.tokenizer.Tokenizer;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import it.unimi.dsi.fastutil.ints.IntList;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Spells a token file's text anew with merges left out at random, several times: BPE-dropout as data augmentation (Provilkov and others,
 * "BPE-Dropout: Simple and Effective Subword Regularization", 2020). The same file, chance and seed give the same spellings with any
 * number of threads.
 *
 * @param tokenizer that made the file
 * @param chance in (0, 1), that a merge is left out each time it could be done
 * @param seed decides which
 */
public record MergeDropout(Tokenizer tokenizer, double chance, long seed) {
  /** As many epochs see each another spelling; then the first comes again. */
  private static final int MOST_SPELLINGS = 16;

  /** Of all spellings together, about, so that a large text, which is not read often, does not fill the disk. */
  private static final long MOST_TOKENS = 1 << 26;

  /** Spelled at once by a thread; every part has random numbers of its own. */
  private static final int PART_TOKENS = 1 << 14;

  /** How far back to look for a token that begins with white space, where words do, to cut before it. */
  private static final int SEARCHED_TOKENS = 64;

  /** A token, its text and what it becomes, about. */
  private static final long BYTES_PER_TOKEN = 40;

  private static final long BYTES_PER_THREAD = 8L << 20;

  /** How many spellings a text of so many tokens gets. */
  static int spellings(long tokens) {
    return Math.clamp(MOST_TOKENS / Math.max(1, tokens), 1, MOST_SPELLINGS);
  }

  /**
   * The spellings in a folder: those that are there, if they are of the same text, chance and seed and undamaged, otherwise new ones. The
   * caller closes them.
   *
   * @param threads that encode, besides the calling one
   * @param progress hears of the tokens that were spelled, on the calling thread
   * @throws CorpusException if the folder cannot be written
   */
  public List<TokenFile> spell(TokenFile text, Path folder, int threads, ProgressListener progress) {
    int count = spellings(text.tokenCount());
    List<TokenFile> files = new ArrayList<>();
    try {
      for (int i = 0; i < count; i++) {
        Path file = folder.resolve("training." + (i + 1) + ".tokens");
        String identity = identity(text, i);
        TokenFile present = present(file, identity);
        if (present == null) {
          long before = i * text.tokenCount();
          write(text, file, identity, i, threads, done -> progress.update(before + done, count * text.tokenCount()));
          present = TokenFile.open(file);
        }
        files.add(present);
      }
      return files;
    } catch (RuntimeException e) {
      files.forEach(TokenFile::close);
      throw e;
    }
  }

  /** What takes the place of the tokenizer's hash in the file: everything that decides what it holds. */
  private String identity(TokenFile text, int spelling) {
    String all = String.join("\n", tokenizer.sha256(), Long.toString(text.tokenCount()), Integer.toString(text.idsChecksum()),
        Double.toString(chance), Long.toString(seed), Integer.toString(spelling));
    return Sha256.hex(all.getBytes(StandardCharsets.UTF_8));
  }

  private static @Nullable TokenFile present(Path file, String identity) {
    if (!Files.exists(file)) {
      return null;
    }
    TokenFile found = null;
    try {
      found = TokenFile.open(file);
      if (found.tokenizerHash().equals(identity)) {
        found.verify();
        return found;
      }
    } catch (CorpusException damaged) {
      // Made anew from the text, which is at hand.
    }
    if (found != null) {
      found.close();
    }
    return null;
  }

  private interface Done {
    void tokens(long count);
  }

  private void write(TokenFile text, Path file, String identity, int spelling, int threads, Done done) {
    try (TokenFileWriter writer = new TokenFileWriter(file, tokenizer.vocabularySize(), identity);
        OrderedWork<IntList> parts = new OrderedWork<>(threads, threads * BYTES_PER_THREAD, writer::append)) {
      long part = 0;
      for (long from = 0; from < text.tokenCount(); part++) {
        long to = partEnd(text, from);
        long first = from;
        long partSeed = seed ^ (spelling + 1L) * 0x9E3779B97F4A7C15L ^ (part + 1) * 0xD1B54A32D192ED03L;
        parts.give(BYTES_PER_TOKEN * (to - from), () -> spell(text, first, to, partSeed));
        done.tokens(from);
        from = to;
      }
      parts.takeAll();
      writer.addTextBytes(text.textBytes());
      writer.finish();
    }
  }

  /** Where a part that begins at a token ends: before a word, if one begins near. */
  private long partEnd(TokenFile text, long from) {
    long most = Math.min(text.tokenCount(), from + PART_TOKENS);
    if (most == text.tokenCount()) {
      return most;
    }
    for (long end = most; end > most - SEARCHED_TOKENS; end--) {
      if (beginsWord(text.get(end))) {
        return end;
      }
    }
    return most;
  }

  private boolean beginsWord(int id) {
    byte[] bytes = tokenizer.bytes(id);
    return tokenizer.isSpecial(id) || bytes.length > 0 && (bytes[0] == ' ' || bytes[0] == '\n');
  }

  /** Tokens of a file anew; special tokens stay what they are. A space that the tokenizer puts before a text is among the tokens. */
  private IntList spell(TokenFile text, long from, long to, long partSeed) {
    IntArrayList spelled = new IntArrayList((int) (to - from) * 3 / 2);
    IntArrayList plain = new IntArrayList();
    EncodingOptions again = EncodingOptions.text().withContinuing(true);
    long seedOfRun = partSeed;
    for (long i = from; i <= to; i++) {
      int id = i < to ? text.get(i) : -1;
      if (id >= 0 && !tokenizer.isSpecial(id)) {
        plain.add(id);
        continue;
      }
      byte[] utf8 = tokenizer.decode(plain.toIntArray());
      tokenizer.encode(utf8, 0, utf8.length, again.withDropout(chance, seedOfRun++), spelled);
      plain.clear();
      if (id >= 0) {
        spelled.add(id);
      }
    }
    return spelled;
  }
}
