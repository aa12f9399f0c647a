package dev.minnow.tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.minnow.tokenizer.encode.ByteAlphabet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Gpt2FilesTest {
  @TempDir
  Path folder;

  private static String vocabulary(String... more) {
    StringBuilder json = new StringBuilder("{");
    int id = 0;
    for (int value : ByteAlphabet.byteValuesInOrder()) {
      String character = ByteAlphabet.write(new byte[] {(byte) value});
      json.append(id == 0 ? "" : ", ").append('"').append("\"\\".contains(character) ? "\\" : "").append(character);
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

  private void writePair(String... tokens) throws IOException {
    write("vocab.json", vocabulary(tokens), "merges.txt", "#version: 0.2\n");
  }

  private void beside(String name, String json) throws IOException {
    Files.writeString(folder.resolve(name), json);
  }

  private void assertRefused(String... parts) {
    for (Path path : new Path[] {folder, folder.resolve("vocab.json"), folder.resolve("merges.txt")}) {
      String message = assertThrows(TokenizerException.class, () -> Tokenizer.load(path)).getMessage();
      for (String part : parts) {
        assertTrue(message.contains(part), message);
      }
    }
  }

  private static int[] encode(Tokenizer tokenizer, String text, boolean specialTokens) {
    EncodingOptions options = EncodingOptions.text();
    return tokenizer.encode(text, specialTokens ? options.withSpecialTokens() : options);
  }

  @Test
  void theTokenThatEndsATextIsTheOneThatIsNamedBesideThePair() throws IOException {
    writePair("</s>", "<|endoftext|>");
    assertEquals(OptionalInt.of(257), Tokenizer.load(folder).endOfText());
    for (String name : List.of("tokenizer_config.json", "special_tokens_map.json")) {
      for (String token : List.of("\"</s>\"", "{\"content\": \"</s>\", \"lstrip\": false}")) {
        beside(name, "{\"eos_token\": " + token + "}");
        assertEquals(OptionalInt.of(256), Tokenizer.load(folder).endOfText(), name);
        assertEquals(OptionalInt.of(256), Tokenizer.load(folder.resolve("merges.txt")).endOfText(), name);
      }
      beside(name, "{\"eos_token\": \"</S>\"}");
      assertRefused("vocab.json", "\"</S>\" is not among the special tokens");
      Files.delete(folder.resolve(name));
    }
    beside("tokenizer_config.json", "{\"tokenizer_class\": \"GPT2Tokenizer\", \"eos_token\": null}");
    assertEquals(OptionalInt.of(257), Tokenizer.load(folder).endOfText());
  }

  @Test
  void addedTokensBesideThePairAreFoundAsWholes() throws IOException {
    writePair("<|endoftext|>");
    beside("added_tokens.json", "{\"<|turn|>\": 257, \"<think>\": 258, \"<|more|>\": 259}");
    beside("tokenizer_config.json", "{\"eos_token\": \"<|turn|>\"}");
    beside("special_tokens_map.json", "{\"additional_special_tokens\": [\"<|more|>\"], \"eos_token\": \"<|endoftext|>\"}");
    Tokenizer tokenizer = Tokenizer.load(folder);
    assertEquals(260, tokenizer.vocabularySize());
    assertEquals(OptionalInt.of(257), tokenizer.endOfText());
    String text = "a<think><|turn|><|more|>";
    int[] ordinary = encode(tokenizer, text, false);
    assertEquals(2 + "<|turn|><|more|>".length(), ordinary.length);
    assertEquals(258, ordinary[1]);
    assertArrayEquals(new int[] {ordinary[0], 258, 257, 259}, encode(tokenizer, text, true));
  }

  @Test
  void addedTokensInTheConfigHaveTheirFlags() throws IOException {
    writePair("<|endoftext|>");
    beside("tokenizer_config.json", """
        {"added_tokens_decoder": {"256": {"content": "<|endoftext|>", "special": true},
                                  "257": {"content": "<mask>", "lstrip": true, "special": false}}}""");
    beside("added_tokens.json", "{\"<mask>\": 257}");
    Tokenizer tokenizer = Tokenizer.load(folder);
    assertEquals(OptionalInt.of(256), tokenizer.endOfText());
    assertEquals(257, tokenizer.encode("a   <mask>")[1]);
    beside("added_tokens.json", "{\"<mask>\": 258}");
    assertRefused("vocab.json with the added tokens beside it", "\"<mask>\" is there twice");
    beside("tokenizer_config.json", "{\"added_tokens_decoder\": {\"x\": {\"content\": \"<mask>\"}}}");
    assertRefused("tokenizer_config.json", "lacks \"content\" or a usable \"id\"");
  }

  @Test
  void addedTokensThatAreNoneAreRefused() throws IOException {
    writePair("<|endoftext|>");
    beside("added_tokens.json", "[\"<think>\"]");
    assertRefused("added_tokens.json: it is not a JSON object");
    beside("added_tokens.json", "{\"<think>\": \"257\"}");
    assertRefused("added_tokens.json: token \"<think>\" has no usable id");
    beside("added_tokens.json", "{\"<think>\": 300}");
    assertRefused("added tokens", "\"<think>\" has id 300");
    beside("added_tokens.json", "{\"<|endoftext|>\": 257}");
    assertRefused("added tokens", "has the ids 257 and 256");
    beside("added_tokens.json", "{\"<think>\": ");
    assertRefused("added_tokens.json is not valid JSON");
    beside("added_tokens.json", "");
    assertRefused("added_tokens.json: there is nothing in it");
  }

  @ParameterizedTest
  @ValueSource(strings = {"added_tokens.json", "special_tokens_map.json", "tokenizer_config.json"})
  void whatStandsBesideMustBeAnObject(String name) throws IOException {
    writePair("<|endoftext|>");
    for (String json : new String[] {"3", "null", "[]", "\"gpt2\""}) {
      beside(name, json);
      assertRefused(name + ": it is not a JSON object");
    }
  }

  @Test
  void whatThePairCannotSayIsRefused() throws IOException {
    writePair("<|endoftext|>");
    for (String key : List.of("add_prefix_space", "add_bos_token", "add_eos_token")) {
      beside("tokenizer_config.json", "{\"" + key + "\": true}");
      assertRefused("tokenizer_config.json", "\"" + key + "\"", "tokenizer.json");
      beside("tokenizer_config.json", "{\"" + key + "\": false}");
      assertEquals(257, Tokenizer.load(folder).vocabularySize());
    }
  }

  @Test
  void aTokenizerOfAnotherClassIsRefused() throws IOException {
    writePair("<|endoftext|>");
    for (String name : List.of("Qwen2Tokenizer", "RobertaTokenizerFast")) {
      beside("tokenizer_config.json", "{\"tokenizer_class\": \"" + name + "\"}");
      assertRefused("tokenizer_config.json", "\"tokenizer_class\"", name, "give its tokenizer.json");
    }
    for (String name : List.of("\"GPT2Tokenizer\"", "\"GPT2TokenizerFast\"", "\"PreTrainedTokenizerFast\"", "null")) {
      beside("tokenizer_config.json", "{\"tokenizer_class\": " + name + "}");
      assertEquals(257, Tokenizer.load(folder).vocabularySize());
    }
  }

  @Test
  void aConfigOfTheTokenizerJsonBesideIsNotOneOfThePair() throws IOException {
    writePair("<|endoftext|>");
    Tokenizer pair = Tokenizer.load(folder);
    Files.write(folder.resolve("tokenizer.json"), pair.toJson());
    Files.write(folder.resolve("tokenizer_config.json"), TokenizerConfigJson.write(pair, 64));
    assertEquals(257, Tokenizer.load(folder).vocabularySize());
    String message = assertThrows(TokenizerException.class, () -> Tokenizer.load(folder.resolve("vocab.json"))).getMessage();
    assertTrue(message.contains("PreTrainedTokenizerFast") && message.contains("tokenizer.json beside it; give that file"), message);
  }
}
