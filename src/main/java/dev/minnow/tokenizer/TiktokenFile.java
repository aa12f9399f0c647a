package dev.minnow.tokenizer;

import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * A {@code .tiktoken} file: on each line a token's bytes in Base64, a space, and its rank, which is its id too. There are no merges in
 * it: any two neighbours merge whose bytes together are a token, the one of the lowest rank first. Special tokens and the pattern are not
 * in it either.
 */
final class TiktokenFile {
  static final String EXTENSION = ".tiktoken";

  /** The longest published tokens have 128 bytes; a longer one would make the search for its halves slow. */
  private static final int LONGEST_TOKEN = 1 << 12;

  private TiktokenFile() {}

  /**
   * @param contents of the file
   * @param source what errors call it
   * @param components say by which pattern text is cut
   * @param endOfText whether {@code <|endoftext|>} gets the id after the last, or the first that is free
   */
  static Tokenizer read(String contents, String source, Components components) throws TokenizerException {
    TokenizerParts parts = new TokenizerParts(source);
    Map<String, Integer> rankOfToken = new HashMap<>();
    int line = 0;
    for (Iterator<String> lines = contents.lines().iterator(); lines.hasNext();) {
      String entry = lines.next();
      line++;
      if (!entry.isBlank()) {
        read(entry, source + ": line " + line, rankOfToken, parts);
      }
    }
    int free = 0;
    while (rankOfToken.containsValue(free)) {
      free++;
    }
    return null;
  }
}
