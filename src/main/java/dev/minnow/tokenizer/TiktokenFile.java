package dev.minnow.tokenizer;

import static dev.minnow.tokenizer.unicode.Quotes.quote;

import dev.minnow.tokenizer.encode.ByteAlphabet;
import dev.minnow.tokenizer.encode.MergeRules;
import dev.minnow.tokenizer.encode.Vocabulary;
import dev.minnow.tokenizer.split.AddedToken;
import dev.minnow.tokenizer.split.Components;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A {@code .tiktoken} file: on each line a token's bytes in Base64, a space, and its rank, which is its id too. It lists no merges: two
 * neighbours merge where their bytes together are a token, the one of the lowest rank first. The split pattern and the special tokens are
 * not in it either.
 */
final class TiktokenFile {
  static final String EXTENSION = ".tiktoken";

  /** Published tokens have up to 128 bytes; the search for a token's halves takes time quadratic in its length. */
  private static final int LONGEST_TOKEN = 1024;

  /** Special tokens that belong to published files, told by their number of tokens. */
  private record Published(int tokens, List<AddedToken> specials) {}

  private static final List<Published> PUBLISHED =
      List.of(
          new Published(
              100_256,
              List.of(
                  AddedToken.special(100_257, TokenizerParts.END_OF_TEXT),
                  AddedToken.special(100_258, "<|fim_prefix|>"),
                  AddedToken.special(100_259, "<|fim_middle|>"),
                  AddedToken.special(100_260, "<|fim_suffix|>"),
                  AddedToken.special(100_276, "<|endofprompt|>"))),
          new Published(
              199_998,
              List.of(AddedToken.special(199_999, TokenizerParts.END_OF_TEXT), AddedToken.special(200_018, "<|endofprompt|>"))));

  private final String source;
  private final TokenizerParts parts;

  private final RankedTokens tokens = new RankedTokens();

  private TiktokenFile(String source) {
    this.source = source;
    this.parts = new TokenizerParts(source);
  }

  /**
   * Reads a file. {@code <|endoftext|>} gets the id that it has with a published file, else the first that is free.
   *
   * @param contents of the file
   * @param source what errors call it
   * @param components say by which pattern text is cut
   */
  static Tokenizer read(String contents, String source, Components components) throws TokenizerException {
    TiktokenFile file = new TiktokenFile(source);
    int line = 0;
    for (Iterator<String> lines = contents.lines().iterator(); lines.hasNext();) {
      String entry = lines.next();
      line++;
      if (!entry.isBlank()) {
        file.readToken(entry, line);
      }
    }
    file.addMerges();
    file.addSpecials();
    // A piece that is a token becomes that token, also where no two of its parts do.
    file.parts.ignoreMerges(true);
    return file.parts.build(components, null);
  }

  private void readToken(String entry, int line) throws TokenizerException {
    int space = entry.indexOf(' ');
    try {
      byte[] bytes = Base64.getDecoder().decode(entry.substring(0, Math.max(space, 0)).getBytes(StandardCharsets.ISO_8859_1));
      int rank = Integer.parseInt(entry.substring(space + 1).strip());
      if (space > 0 && bytes.length > 0 && bytes.length <= LONGEST_TOKEN && rank >= 0) {
        parts.addToken(ByteAlphabet.write(bytes), rank);
        tokens.add(RankedTokens.token(bytes), rank);
        return;
      }
    } catch (IllegalArgumentException e) {
      // Neither Base64 nor a number: said below.
    }
    throw new TokenizerException(
        source + ": line " + line + " " + quote(entry) + " is not a token of 1 to " + LONGEST_TOKEN
            + " bytes in Base64, a space and a rank; copy or make it again.");
  }

  /** Adds what merges to each token, in order of rank. */
  private void addMerges() {
    for (String token : tokens.byRank()) {
      if (token.length() > 1) {
        tokens.origin(token).pairs().forEach(pair -> parts.addMerge(written(pair.left()), written(pair.right())));
      }
    }
  }

  private static String written(String token) {
    return ByteAlphabet.write(RankedTokens.bytes(token));
  }

  private void addSpecials() throws TokenizerException {
    for (AddedToken special : specials(tokens.ranks())) {
      parts.addAdded(special);
    }
  }

  /** The special tokens that belong to tokens of these ranks, in ascending order of ids. */
  private static List<AddedToken> specials(int[] ranks) {
    int count = ranks.length;
    for (Published published : PUBLISHED) {
      if (published.tokens == count && IntStream.of(ranks).max().orElse(-1) == count - 1) {
        return withoutHoles(published);
      }
    }
    boolean[] taken = new boolean[count + 1];
    IntStream.of(ranks).filter(rank -> rank <= count).forEach(rank -> taken[rank] = true);
    int free = 0;
    while (taken[free]) {
      free++;
    }
    return List.of(AddedToken.special(free, TokenizerParts.END_OF_TEXT));
  }

  /** Ids between the published ones, which have no name, get one, so that none is missing. */
  private static List<AddedToken> withoutHoles(Published published) {
    List<AddedToken> specials = new ArrayList<>();
    int next = published.tokens;
    for (AddedToken special : published.specials) {
      for (; next < special.id(); next++) {
        specials.add(AddedToken.special(next, "<|unused_" + next + "|>"));
      }
      specials.add(special);
      next++;
    }
    return specials;
  }

  /**
   * Requires that a file can hold a tokenizer.
   *
   * @throws TokenizerException if its merges are not in the order of the tokens that they make, which is the only order such a file knows,
   *     it does something to texts that no such file says, its special tokens are not those that reading the file adds, or a token is
   *     longer than reading takes or would come of other texts
   */
  static void requireFits(Tokenizer tokenizer) throws TokenizerException {
    if (!tokenizer.pipeline().takesTextAsItIs()) {
      throw new TokenizerException(
          "This tokenizer changes texts or puts tokens around them, which no " + EXTENSION + " file can say; write a tokenizer.json.");
    }
    MergeRules rules = tokenizer.rules();
    for (int rank = 1; rank < rules.size(); rank++) {
      if (rules.product(rank) < rules.product(rank - 1)) {
        throw new TokenizerException(
            "The merges of this tokenizer are not in the order of its ids, so that no " + EXTENSION
                + " file can say them; write a tokenizer.json.");
      }
    }
    Vocabulary vocabulary = tokenizer.vocabulary();
    if (!vocabulary.added().stream().map(AddedToken::ofTextAsItIs).toList().equals(specials(ranks(vocabulary)))) {
      throw new TokenizerException(
          "The special tokens of this tokenizer are not those that go with a " + EXTENSION + " file, which names none: "
              + TokenizerParts.END_OF_TEXT + " alone, or a published file's; write a tokenizer.json.");
    }
    requireSameMerges(tokenizer);
  }

  private static void requireSameMerges(Tokenizer tokenizer) throws TokenizerException {
    Vocabulary vocabulary = tokenizer.vocabulary();
    RankedTokens tokens = new RankedTokens();
    for (int id : ranks(vocabulary)) {
      byte[] bytes = vocabulary.bytes(id);
      if (bytes.length > LONGEST_TOKEN) {
        throw new TokenizerException(
            "Token " + id + " of this tokenizer has " + bytes.length + " bytes, and in a " + EXTENSION + " file " + LONGEST_TOKEN
                + " are the most; write a tokenizer.json.");
      }
      tokens.add(RankedTokens.token(bytes), id);
    }
    for (String token : tokens.byRank()) {
      if (token.length() > 1 && !isMade(tokens.origin(token), tokens, tokenizer)) {
        throw new TokenizerException(
            "Reading a " + EXTENSION + " file would find the token " + quote(written(token))
                + " in texts that this tokenizer encodes otherwise; write a tokenizer.json.");
      }
    }
  }

  /** Whether a tokenizer makes a token where reading would: of what merges to it, and of whole pieces where merges alone do not make it. */
  private static boolean isMade(RankedTokens.Origin origin, RankedTokens tokens, Tokenizer tokenizer) {
    MergeRules rules = tokenizer.rules();
    return (origin.learned() || tokenizer.pipeline().ignoresMerges())
        && origin.pairs().stream().allMatch(pair -> rules.rank(tokens.rank(pair.left()), tokens.rank(pair.right())) != MergeRules.NONE);
  }

  private static int[] ranks(Vocabulary vocabulary) {
    return IntStream.range(0, vocabulary.size()).filter(id -> !vocabulary.isAdded(id)).toArray();
  }

  /**
   * The contents of a file for a tokenizer; its pattern and special tokens are not in it.
   *
   * @throws TokenizerException if it does not fit
   */
  static byte[] write(Tokenizer tokenizer) throws TokenizerException {
    requireFits(tokenizer);
    Vocabulary vocabulary = tokenizer.vocabulary();
    StringBuilder lines = new StringBuilder();
    for (int id : ranks(vocabulary)) {
      lines.append(Base64.getEncoder().encodeToString(vocabulary.bytes(id))).append(' ').append(id).append('\n');
    }
    return lines.toString().getBytes(StandardCharsets.US_ASCII);
  }
}
