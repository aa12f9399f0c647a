package dev.minnow.tokenizer.split;

import dev.minnow.tokenizer.unicode.CharacterClass;
import dev.minnow.tokenizer.unicode.Utf8;
import it.unimi.dsi.fastutil.ints.Int2IntOpenHashMap;
import it.unimi.dsi.fastutil.longs.Long2IntOpenHashMap;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;

/** Finds added tokens in text: the leftmost first, of several that start at one place the longest. Immutable and thread-safe. */
public final class AddedTokenFinder {
  /** Hears what a text consists of, from left to right. */
  public interface Listener {
    /** {@code text[from, to)}, never empty, has no added token in it. */
    void text(int from, int to);

    /** An added token stands here. */
    void token(int id);
  }

  private static final int ROOT = 0;

  private final List<AddedToken> tokens;

  /** Bytes of each token. */
  private final int[] lengths;

  private final boolean[] begins = new boolean[256];

  /** A trie of the tokens' bytes: a node and a byte lead to a node. */
  private final Long2IntOpenHashMap nodes = new Long2IntOpenHashMap();

  /** By node, the token that ends there, or -1. */
  private final Int2IntOpenHashMap tokenAtNode = new Int2IntOpenHashMap();

  /** @param tokens no two of the same content */
  public AddedTokenFinder(Collection<AddedToken> tokens) {
    this.tokens = List.copyOf(tokens);
    this.lengths = new int[this.tokens.size()];
    nodes.defaultReturnValue(-1);
    tokenAtNode.defaultReturnValue(-1);
    for (int index = 0; index < this.tokens.size(); index++) {
      byte[] content = this.tokens.get(index).content().getBytes(StandardCharsets.UTF_8);
      lengths[index] = content.length;
      begins[content[0] & 0xFF] = true;
      int node = ROOT;
      for (byte b : content) {
        long edge = edge(node, b);
        node = nodes.get(edge);
        if (node < 0) {
          node = nodes.size() + 1;
          nodes.put(edge, node);
        }
      }
      tokenAtNode.put(node, index);
    }
  }

  private static long edge(int node, byte next) {
    return (long) node << 8 | next & 0xFF;
  }

  public boolean isEmpty() {
    return tokens.isEmpty();
  }

  /**
   * Cuts {@code text[from, to)} at the tokens in it. All are found before any takes the white space beside it, as Hugging Face does it: a
   * token that is white space stands also where the one before it takes that.
   */
  public void find(byte[] text, int from, int to, Listener listener) {
    int plain = from;
    int at = from;
    while (at < to) {
      int found = begins[text[at] & 0xFF] ? longestAt(text, at, to) : -1;
      if (found < 0) {
        at++;
        continue;
      }
      AddedToken token = tokens.get(found);
      int end = at + lengths[found];
      if (!token.singleWord() || standsAlone(text, from, at, end, to)) {
        int start = token.stripLeft() ? Math.max(plain, whiteSpaceStart(text, from, at)) : at;
        if (plain < start) {
          listener.text(plain, start);
        }
        listener.token(token.id());
        plain = token.stripRight() ? whiteSpaceEnd(text, end, to) : end;
      }
      at = end;
    }
    if (plain < to) {
      listener.text(plain, to);
    }
  }

  private int longestAt(byte[] text, int from, int to) {
    int longest = -1;
    int node = ROOT;
    for (int at = from; at < to; at++) {
      node = nodes.get(edge(node, text[at]));
      if (node < 0) {
        break;
      }
      int token = tokenAtNode.get(node);
      longest = token >= 0 ? token : longest;
    }
    return longest;
  }

  private static boolean standsAlone(byte[] text, int from, int start, int end, int to) {
    boolean before = start > from && isWord(Utf8.decode(text, Utf8.startBefore(text, from, start), start) >> 3);
    boolean after = end < to && isWord(Utf8.decode(text, end, to) >> 3);
    return !before && !after;
  }

  /** {@code \w}: letters and what counts as such, marks, digits, connectors such as the underscore, and joiners. */
  private static boolean isWord(int codePoint) {
    return Character.isAlphabetic(codePoint) || codePoint == 0x200C || codePoint == 0x200D
        || switch (Character.getType(codePoint)) {
          case Character.NON_SPACING_MARK, Character.COMBINING_SPACING_MARK, Character.ENCLOSING_MARK, Character.DECIMAL_DIGIT_NUMBER,
              Character.CONNECTOR_PUNCTUATION ->
            true;
          default -> false;
        };
  }

  private static int whiteSpaceStart(byte[] text, int from, int end) {
    int at = end;
    while (at > from) {
      int start = Utf8.startBefore(text, from, at);
      if (CharacterClass.of(Utf8.decode(text, start, at) >> 3) != CharacterClass.WHITE_SPACE) {
        break;
      }
      at = start;
    }
    return at;
  }

  private static int whiteSpaceEnd(byte[] text, int from, int to) {
    int at = from;
    while (at < to) {
      int decoded = Utf8.decode(text, at, to);
      if (CharacterClass.of(decoded >> 3) != CharacterClass.WHITE_SPACE) {
        break;
      }
      at += decoded & 7;
    }
    return at;
  }
}
