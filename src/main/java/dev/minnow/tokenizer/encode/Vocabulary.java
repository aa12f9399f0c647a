package dev.minnow.tokenizer.encode;

import dev.minnow.tokenizer.split.AddedToken;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;

/** What each token id stands for. Immutable. */
public final class Vocabulary {
  /** The bytes of all tokens, one after the other; token {@code id} is at {@code starts[id]} to {@code starts[id + 1]}. */
  private final byte[] bytes;

  private final int[] starts;
  private final boolean[] special;
  private final boolean[] isAdded;
  private final List<AddedToken> added;
  private final int[] idOfByte = new int[256];

  /**
   * @param tokens bytes by id; those of added tokens are their content
   * @param added in ascending order of ids
   */
  public Vocabulary(byte[][] tokens, List<AddedToken> added) {
    this.starts = new int[tokens.length + 1];
    for (int id = 0; id < tokens.length; id++) {
      starts[id + 1] = Math.addExact(starts[id], tokens[id].length);
    }
    this.bytes = new byte[starts[tokens.length]];
    this.special = new boolean[tokens.length];
    this.isAdded = new boolean[tokens.length];
    this.added = List.copyOf(added);
    for (AddedToken token : added) {
      isAdded[token.id()] = true;
      special[token.id()] = token.special();
    }
    Arrays.fill(idOfByte, -1);
    for (int id = 0; id < tokens.length; id++) {
      System.arraycopy(tokens[id], 0, bytes, starts[id], tokens[id].length);
      if (tokens[id].length == 1 && !special[id] && (!isAdded[id] || ByteAlphabet.isItself(tokens[id][0]))) {
        idOfByte[tokens[id][0] & 0xFF] = id;
      }
    }
  }

  public int size() {
    return special.length;
  }

  public boolean isSpecial(int id) {
    return special[checked(id)];
  }

  /** Whether an id is one that is found in text as a whole. */
  public boolean isAdded(int id) {
    return isAdded[checked(id)];
  }

  /** The tokens that are found in text as a whole, in ascending order of ids. */
  public List<AddedToken> added() {
    return added;
  }

  /** The id of the special token with this content. */
  public OptionalInt special(String content) {
    return added.stream().filter(token -> token.special() && token.content().equals(content)).mapToInt(AddedToken::id).findFirst();
  }

  /** Token ids by byte value, -1 for a byte that is no token. */
  public int[] idsOfBytes() {
    return idOfByte.clone();
  }

  public byte[] bytes(int id) {
    return Arrays.copyOfRange(bytes, starts[checked(id)], starts[id + 1]);
  }

  /** The token as files write it. */
  public String written(int id) {
    return isAdded[id] ? new String(bytes(id), StandardCharsets.UTF_8) : ByteAlphabet.write(bytes(id));
  }

  /** The bytes that the ids stand for, one after the other; special tokens stand for none. */
  public byte[] decode(int[] ids) {
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
