package dev.minnow.tokenizer;

import java.util.Iterator;

/** GPT-2's pair of files: a JSON object of token ids, and a text file with one merge a line in order of rank. */
final class Gpt2Files {
  private Gpt2Files() {}

  /**
   * @param vocabulary contents of encoder.json
   * @param merges contents of vocab.bpe
   * @throws TokenizerException if they are damaged or do not fit together
   */
  static Tokenizer read(String vocabulary, String vocabularyName, String merges, String mergesName) throws TokenizerException {
    TokenizerParts parts = new TokenizerParts(vocabularyName);
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
    int endOfText = parts.idOf(TokenizerParts.END_OF_TEXT);
    if (endOfText >= 0) {
      parts.addAdded(AddedToken.special(endOfText, TokenizerParts.END_OF_TEXT));
    }
    return parts.build(Components.gpt2(), null);
  }
}
