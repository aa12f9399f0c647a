package dev.minnow.tokenizer;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;

/** What each token id stands for. Immutable. */
final class Vocabulary {
  /** The bytes of all tokens, one after the other; token {@code id} is at {@code starts[id]} to {@code starts[id + 1]}. */
  private final byte[] bytes;

  private final int[] starts;
  private final boolean[] special;
  private final List<SpecialToken> specials;
  private final int[] idOfByte = new int[256];

  /**
   * @param tokens bytes by id; those of special tokens are their content
   * @param specials in ascending order of ids
   */
  Vocabulary(byte[][] tokens, List<SpecialToken> specials) {
    this.starts = new int[tokens.length + 1];
    for (int id = 0; id < tokens.length; id++) {
      starts[id + 1] = Math.addExact(starts[id], tokens[id].length);
    }
    this.bytes = new byte[starts[tokens.length]];
    this.special = new boolean[tokens.length];
    this.specials = List.copyOf(specials);
    for (SpecialToken token : specials) {
      special[token.id()] = true;
    }
    Arrays.fill(idOfByte, -1);
    for (int id = 0; id < tokens.length; id++) {
      System.arraycopy(tokens[id], 0, bytes, starts[id], tokens[id].length);
      if (!special[id] && tokens[id].length == 1) {
        idOfByte[tokens[id][0] & 0xFF] = id;
      }
    }
  }

  int size() {
    return special.length;
  }

  boolean isSpecial(int id) {
    return special[checked(id)];
  }

  List<SpecialToken> specials() {
    return specials;
  }

  /** The id of the special token with this content. */
  OptionalInt special(String content) {
    return specials.stream().filter(token -> token.content().equals(content)).mapToInt(SpecialToken::id).findFirst();
  }

  /** Token ids by byte value, -1 for a byte that is no token. */
  int[] idsOfBytes() {
    return idOfByte.clone();
  }

  byte[] bytes(int id) {
    return Arrays.copyOfRange(bytes, starts[checked(id)], starts[id + 1]);
  }

  /** The token as files write it. */
  String written(int id) {
    return special[id] ? new String(bytes(id), StandardCharsets.UTF_8) : ByteAlphabet.write(bytes(id));
  }

  /** The bytes that the ids stand for, one after the other; special tokens stand for none. */
  byte[] decode(int[] ids) {
    long length = 0;
    for (int id : ids) {
      length += isSpecial(id) ? 0 : starts[id + 1] - starts[id];
    }
    byte[] text = new byte[Math.toIntExact(length)];
    int at = 0;
    for (int id : ids) {
      if (!special[id]) {
        int tokenLength = starts[id + 1] - starts[id];
        System.arraycopy(bytes, starts[id], text, at, tokenLength);
        at += tokenLength;
      }
    }
    return text;
  }

  private int checked(int id) {
    if (id < 0 || id >= special.length) {
      throw new IllegalArgumentException("Token id " + id + " is outside the vocabulary of " + special.length + " tokens.");
    }
    return id;
  }
}
