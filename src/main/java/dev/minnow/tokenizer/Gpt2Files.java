package dev.minnow.tokenizer;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.minnow.tokenizer.encode.MergeRules;
import dev.minnow.tokenizer.encode.Vocabulary;
import dev.minnow.tokenizer.split.AddedToken;
import dev.minnow.tokenizer.split.Components;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Iterator;

/** GPT-2's pair of files: a JSON object of token ids, and a text file with one merge a line in order of rank. */
final class Gpt2Files {
  private Gpt2Files() {}

  /**
   * @param vocabulary contents of encoder.json
   * @param merges contents of vocab.bpe
   * @param settings what stands beside them
   * @throws TokenizerException if they are damaged or do not fit together
   */
  static Tokenizer read(String vocabulary, String vocabularyName, String merges, String mergesName, Gpt2Settings settings)
      throws TokenizerException {
    TokenizerParts parts = new TokenizerParts(vocabularyName + (settings.added().isEmpty() ? "" : " with the added tokens beside it"));
    TokenizerJsonReader.readVocabulary(vocabulary, vocabularyName, parts);
    int line = 0;
    for (Iterator<String> lines = merges.lines().iterator(); lines.hasNext();) {
      String merge = lines.next();
      line++;
      // Only this line is a comment: merges of '#' are legal.
      if (line == 1 && merge.startsWith("#version")) {
        continue;
      }
      int space = merge.indexOf(' ');
      if (space < 1 || space == merge.length() - 1 || merge.indexOf(' ', space + 1) >= 0) {
        throw new TokenizerException(mergesName + ": line " + line + " is not two tokens with a space between; copy or make it again.");
      }
      parts.addMerge(merge.substring(0, space), merge.substring(space + 1));
    }
    for (AddedToken token : settings.added()) {
      parts.addAdded(token);
    }
    addSpecial(TokenizerParts.END_OF_TEXT, parts);
    if (settings.endOfText() != null) {
      addSpecial(settings.endOfText(), parts);
    }
    return parts.build(Components.gpt2(), settings.endOfText());
  }

  private static void addSpecial(String content, TokenizerParts parts) throws TokenizerException {
    int id = parts.idOf(content);
    if (id >= 0 && !parts.isAdded(content)) {
      parts.addAdded(AddedToken.special(id, content));
    }
  }

  /**
   * Requires that the two files can hold a tokenizer.
   *
   * @throws TokenizerException if it has something that they cannot say: another pattern, or added tokens but end-of-text
   */
  static void requireFits(Tokenizer tokenizer, Path vocabularyFile, Path mergesFile) throws TokenizerException {
    boolean plain =
        tokenizer.vocabulary().added().stream().allMatch(token -> token.special() && token.content().equals(TokenizerParts.END_OF_TEXT));
    if (!plain || !tokenizer.pipeline().doesAsGpt2()) {
      throw new TokenizerException(
          mergesFile + " and " + vocabularyFile.getFileName()
              + " cannot say all that this tokenizer does, only GPT-2's pattern and <|endoftext|>; write a tokenizer.json.");
    }
  }

  /**
   * Writes the two files.
   *
   * @throws TokenizerException if the tokenizer does not fit
   */
  static void write(Tokenizer tokenizer, Path vocabularyFile, Path mergesFile) throws IOException {
    requireFits(tokenizer, vocabularyFile, mergesFile);
    Vocabulary vocabulary = tokenizer.vocabulary();
    ObjectNode ids = JsonNodeFactory.instance.objectNode();
    for (int id = 0; id < vocabulary.size(); id++) {
      ids.put(vocabulary.written(id), id);
    }
    StringBuilder merges = new StringBuilder("#version: 0.2\n");
    MergeRules rules = tokenizer.rules();
    for (int rank = 0; rank < rules.size(); rank++) {
      long pair = rules.pair(rank);
      merges.append(vocabulary.written(MergeRules.left(pair))).append(' ').append(vocabulary.written(MergeRules.right(pair))).append('\n');
    }
    new FilePair(vocabularyFile, mergesFile)
        .replace(
            out -> out.write(ids.toString().getBytes(StandardCharsets.UTF_8)),
            out -> out.write(merges.toString().getBytes(StandardCharsets.UTF_8)));
  }
}
