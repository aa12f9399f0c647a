package dev.minnow.tokenizer;

import static dev.minnow.tokenizer.unicode.Quotes.quote;

import dev.minnow.tokenizer.encode.ByteAlphabet;
import dev.minnow.tokenizer.encode.MergeRules;
import dev.minnow.tokenizer.encode.Pipeline;
import dev.minnow.tokenizer.encode.Vocabulary;
import dev.minnow.tokenizer.split.AddedToken;
import dev.minnow.tokenizer.split.Components;
import dev.minnow.tokenizer.unicode.Utf8;
import it.unimi.dsi.fastutil.longs.LongOpenHashSet;
import it.unimi.dsi.fastutil.objects.Object2IntMap;
import it.unimi.dsi.fastutil.objects.Object2IntOpenHashMap;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A tokenizer in the words of its files, gathered piece by piece and checked as a whole. Tokens are written in the byte alphabet. */
final class TokenizerParts {
  static final String END_OF_TEXT = "<|endoftext|>";

  private final String source;
  private final Object2IntOpenHashMap<String> idOfToken = new Object2IntOpenHashMap<>();
  private final List<String> mergeParts = new ArrayList<>();
  private final List<AddedToken> added = new ArrayList<>();
  private final Set<String> addedContents = new HashSet<>();
  private boolean ignoresMerges;
  private double dropout;

  /**
   * @param source what errors call the place that the parts come from
   */
  TokenizerParts(String source) {
    this.source = source;
    idOfToken.defaultReturnValue(-1);
  }

  /**
   * Adds a token of the vocabulary.
   *
   * @throws TokenizerException if it has an id already
   */
  void addToken(String token, int id) throws TokenizerException {
    if (idOfToken.containsKey(token)) {
      throw damaged("token " + quote(token) + " is there twice");
    }
    idOfToken.put(token, id);
  }

  /** Adds the next merge, in order of rank. */
  void addMerge(String left, String right) {
    mergeParts.add(left);
    mergeParts.add(right);
  }

  /**
   * Adds an added token, which may also be in the vocabulary.
   *
   * @throws TokenizerException if it is there already
   */
  void addAdded(AddedToken token) throws TokenizerException {
    if (!addedContents.add(token.content())) {
      throw damaged("added token " + quote(token.content()) + " is there twice");
    }
    added.add(token);
  }

  /** Whether there is an added token with this content. */
  boolean isAdded(String content) {
    return addedContents.contains(content);
  }

  /** Whether a piece of text that is a token as it stands becomes that token, whatever the merges would make of it. */
  void ignoreMerges(boolean value) {
    ignoresMerges = value;
  }

  /** The dropout of merges that the tokenizer was made for, in [0, 1). */
  void dropout(double value) {
    dropout = value;
  }

  /** The id of a token of the vocabulary, -1 for none. */
  int idOf(String token) {
    return idOfToken.getInt(token);
  }

  /**
   * Checks everything and puts it together.
   *
   * @param endOfText content of the special token that ends a document; null for {@value #END_OF_TEXT} where there is one
   * @throws TokenizerException naming the first thing that is wrong
   */
  Tokenizer build(Components components, @Nullable String endOfText) throws TokenizerException {
    added.sort(Comparator.comparingInt(AddedToken::id));
    for (AddedToken token : added) {
      if (idOf(token.content()) < 0) {
        idOfToken.put(token.content(), token.id());
      } else if (idOf(token.content()) != token.id()) {
        throw damaged("added token " + quote(token.content()) + " has the ids " + token.id() + " and " + idOf(token.content()));
      }
    }
    Vocabulary vocabulary = new Vocabulary(bytesById(tokensById()), added);
    requireEveryByte(vocabulary.idsOfBytes());
    OptionalInt endOfTextId = vocabulary.special(endOfText == null ? END_OF_TEXT : endOfText);
    if (endOfText != null && endOfTextId.isEmpty()) {
      throw damaged("the end-of-text token " + quote(endOfText) + " is not among the special tokens");
    }
    return new Tokenizer(vocabulary, mergeRules(vocabulary), pipeline(components, vocabulary), endOfTextId);
  }

  private Pipeline pipeline(Components components, Vocabulary vocabulary) throws TokenizerException {
    ComponentReader reader = new ComponentReader(source);
    reader.requireByteLevel(components.decoder());
    return new Pipeline(
        components,
        reader.composes(components.normalizer()),
        reader.prefixesSpace(components.preTokenizer()),
        reader.preTokenizer(components.preTokenizer()),
        reader.template(components.postProcessor(), vocabulary),
        ignoresMerges,
        dropout);
  }

  /** Ids without holes, so that nothing is ever as large as an id that a file claims. */
  private String[] tokensById() throws TokenizerException {
    String[] tokens = new String[idOfToken.size()];
    for (Object2IntMap.Entry<String> entry : idOfToken.object2IntEntrySet()) {
      int id = entry.getIntValue();
      if (id < 0 || id >= tokens.length) {
        throw damaged("token " + quote(entry.getKey()) + " has id " + id + ", but the ids of " + tokens.length
            + " tokens must be 0 to " + (tokens.length - 1) + " without holes");
      }
      if (tokens[id] != null) {
        throw damaged("tokens " + quote(tokens[id]) + " and " + quote(entry.getKey()) + " have the same id " + id);
      }
      tokens[id] = entry.getKey();
    }
    return tokens;
  }

  private byte[][] bytesById(String[] tokens) throws TokenizerException {
    byte[][] bytes = new byte[tokens.length][];
    for (AddedToken token : added) {
      bytes[token.id()] = Utf8.encode(token.content());
      if (!new String(bytes[token.id()], StandardCharsets.UTF_8).equals(token.content())) {
        throw damaged("added token " + quote(token.content()) + " is not text: it has half a surrogate pair");
      }
    }
    for (int id = 0; id < tokens.length; id++) {
      if (tokens[id].isEmpty()) {
        throw damaged("token " + id + " is empty");
      }
      if (bytes[id] == null) {
        byte[] read = ByteAlphabet.read(tokens[id]);
        if (read == null) {
          throw damaged("token " + quote(tokens[id]) + " is neither an added token nor written in the byte-level alphabet");
        }
        bytes[id] = read;
      }
    }
    return bytes;
  }

  /** A byte without a token would make some text impossible to encode. */
  private void requireEveryByte(int[] idOfByte) throws TokenizerException {
    int[] missing = Arrays.stream(ByteAlphabet.byteValuesInOrder()).filter(value -> idOfByte[value] < 0).sorted().toArray();
    if (missing.length > 0) {
      throw damaged(String.format(Locale.ROOT, "%d of the 256 byte values have no token, the first is 0x%02X", missing.length, missing[0]));
    }
  }

  private MergeRules mergeRules(Vocabulary vocabulary) throws TokenizerException {
    long[] pairs = new long[mergeParts.size() / 2];
    int[] products = new int[pairs.length];
    LongOpenHashSet seen = new LongOpenHashSet(pairs.length);
    for (int rank = 0; rank < pairs.length; rank++) {
      String left = mergeParts.get(2 * rank);
      String right = mergeParts.get(2 * rank + 1);
      pairs[rank] = MergeRules.pair(mergeable(left, rank, vocabulary), mergeable(right, rank, vocabulary));
      products[rank] = mergeable(left + right, rank, vocabulary);
      if (!seen.add(pairs[rank])) {
        throw damaged("merge " + rank + " of " + quote(left) + " and " + quote(right) + " is there twice");
      }
    }
    return new MergeRules(pairs, products);
  }

  private int mergeable(String token, int rank, Vocabulary vocabulary) throws TokenizerException {
    int id = idOf(token);
    if (id < 0) {
      throw damaged("merge " + rank + " needs the token " + quote(token) + ", which is not in the vocabulary");
    }
    if (vocabulary.isSpecial(id)) {
      throw damaged("merge " + rank + " uses the special token " + quote(token) + ", which text must never become");
    }
    return id;
  }

  private TokenizerException damaged(String problem) {
    return new TokenizerException(source + ": " + problem + "; copy or make it again.");
  }
}
