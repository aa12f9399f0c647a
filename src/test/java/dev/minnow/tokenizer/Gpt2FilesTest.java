package dev.minnow.tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class Gpt2FilesTest {
  @TempDir
  Path folder;

  private static String vocabulary(String... more) {
    StringBuilder json = new StringBuilder("{");
    int id = 0;
    for (int value : ByteAlphabet.byteValuesInOrder()) {
      char character = ByteAlphabet.character(value);
      json.append(id == 0 ? "" : ", ").append('"').append(character == '"' || character == '\\' ? "\\" : "").append(character);
      json.append("\": ").append(id++);
    }
    for (String token : more) {
      json.append(", \"").append(token).append("\": ").append(id++);
    }
    return json.append("}").toString();
  }

  private void write(String vocabularyName, String vocabulary, String mergesName, String merges) throws IOException {
    Files.writeString(folder.resolve(vocabularyName), vocabulary);
    Files.writeString(folder.resolve(mergesName), merges);
  }

  @Test
  void thePairIsReadUnderBothNamesAndByEitherFile() throws IOException {
    String vocabulary = vocabulary("##", "#v", "<|endoftext|>");
    // Only the first line is a comment.
    String merges = "#version: 0.2\n# #\n# v\n";
    for (String[] names : new String[][] {{"encoder.json", "vocab.bpe"}, {"vocab.json", "merges.txt"}}) {
      write(names[0], vocabulary, names[1], merges);
      for (Path path : new Path[] {folder, folder.resolve(names[0]), folder.resolve(names[1])}) {
        Tokenizer tokenizer = Tokenizer.load(path);
        assertEquals(259, tokenizer.vocabularySize());
        assertEquals(OptionalInt.of(258), tokenizer.endOfText());
        assertArrayEquals(new int[] {256, 2}, tokenizer.encode("###"));
      }
      Files.delete(folder.resolve(names[0]));
      Files.delete(folder.resolve(names[1]));
    }
  }

  @Test
  void aMergeLineThatIsNotTwoTokensIsRefusedByNumber() throws IOException {
    for (String line : new String[] {"ab", "a b c", "", "a ", " a", "a  b"}) {
      write("encoder.json", vocabulary("ab"), "vocab.bpe", "#version: 0.2\na b\n" + line + "\n");
      String message = assertThrows(TokenizerException.class, () -> Tokenizer.load(folder)).getMessage();
      assertTrue(message.contains("vocab.bpe") && message.contains("line 3"), message);
    }
  }

  @Test
  void oneFileWithoutTheOtherIsRefused() throws IOException {
    Path vocabulary = folder.resolve("vocab.json");
    Files.writeString(vocabulary, vocabulary());
    assertTrue(assertThrows(TokenizerException.class, () -> Tokenizer.load(vocabulary)).getMessage().contains("merges.txt"));
    assertTrue(assertThrows(TokenizerException.class, () -> Tokenizer.load(folder)).getMessage().contains("no tokenizer"));
  }
}
