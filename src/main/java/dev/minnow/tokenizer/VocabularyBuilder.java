package dev.minnow.tokenizer;

import dev.minnow.tokenizer.encode.ByteAlphabet;
import dev.minnow.tokenizer.encode.MergeRules;
import dev.minnow.tokenizer.split.AddedToken;
import dev.minnow.tokenizer.split.Components;
import dev.minnow.tokenizer.unicode.Utf8;
import it.unimi.dsi.fastutil.longs.LongComparator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The tokens of a vocabulary that grows merge by merge: special tokens, the 256 bytes by their stand-in characters, merges. */
final class VocabularyBuilder {
  private final TokenizerParts parts = new TokenizerParts("The trained vocabulary");
  private final List<byte[]> tokens = new ArrayList<>();
  private final int[] idOfByte = new int[256];

  VocabularyBuilder(List<String> specialTokens) throws TokenizerException {
    for (String name : specialTokens) {
      parts.addAdded(AddedToken.special(tokens.size(), name));
      tokens.add(Utf8.encode(name));
    }
    for (int value : ByteAlphabet.byteValuesInOrder()) {
      idOfByte[value] = addToken(new byte[] {(byte) value});
    }
  }

  /** Tokens so far. */
  int size() {
    return tokens.size();
  }

  /** Token ids by byte value. */
  int[] idOfByte() {
    return idOfByte.clone();
  }

  /**
   * Adds what a pair becomes: always a new token. A stretch of a word that no merge has crossed at its ends has merged as it would by
   * itself, wherever it stands, so no two pairs spell the same bytes.
   *
   * @return its id
   */
  int addMerge(long pair) throws TokenizerException {
    byte[] left = tokens.get(MergeRules.left(pair));
    byte[] right = tokens.get(MergeRules.right(pair));
    byte[] joined = Arrays.copyOf(left, left.length + right.length);
    System.arraycopy(right, 0, joined, left.length, right.length);
    parts.addMerge(ByteAlphabet.write(left), ByteAlphabet.write(right));
    return addToken(joined);
  }

  private int addToken(byte[] bytes) throws TokenizerException {
    int id = tokens.size();
    parts.addToken(ByteAlphabet.write(bytes), id);
    tokens.add(bytes);
    return id;
  }

  /** The order of equally frequent pairs of tokens that are there when it is asked. */
  LongComparator order(TieBreak tieBreak) {
    return switch (tieBreak) {
      case SMALLEST_IDS -> Long::compare;
      case GREATEST_BYTES -> (one, other) -> {
        int left = Arrays.compareUnsigned(tokens.get(MergeRules.left(other)), tokens.get(MergeRules.left(one)));
        return left != 0 ? left : Arrays.compareUnsigned(tokens.get(MergeRules.right(other)), tokens.get(MergeRules.right(one)));
      };
    };
  }

  Tokenizer build(Components components) throws TokenizerException {
    return parts.build(components, null);
  }
}
