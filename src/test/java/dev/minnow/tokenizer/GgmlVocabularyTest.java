package dev.minnow.tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GgmlVocabularyTest {
  private static final int NORMAL = 1;
  private static final int CONTROL = 3;
  private static final int USER_DEFINED = 4;
  private static final int UNUSED = 5;
  private static final int BYTE = 6;

  private static Tokenizer trained(String pattern) throws IOException {
    byte[] text = "The cat's hat, 1234 cats' hats; I'LL see 12 of them.\n\n  And so on...  ".repeat(20).getBytes(StandardCharsets.UTF_8);
    return new BpeTrainer(300).withPattern(pattern).train(documents -> documents.accept(text));
  }

  @ParameterizedTest
  @CsvSource({"gpt2, gpt-2", "llama3, dbrx", "qwen2, qwen2", "o200k, gpt-4o", "cl100k, dbrx", "nanochat, minnow-nanochat"})
  void aPatternHasTheNameThatLlamaCppKnowsOrNoneOfIts(String pattern, String name) throws IOException {
    assertEquals(name, GgmlVocabulary.of(trained(pattern), 300).pattern());
  }

  /** Those patterns whose name says all: nothing is different, and the words make the same tokenizer. */
  @ParameterizedTest
  @ValueSource(strings = {"gpt2", "llama3", "qwen2"})
  void theWordsMakeTheSameTokenizer(String pattern) throws IOException {
    Tokenizer tokenizer = trained(pattern);
    assertEquals(List.of(), GgmlVocabulary.differences(tokenizer));
    Tokenizer back = GgmlVocabulary.of(tokenizer, 310).toTokenizer("test");
    assertEquals(tokenizer.vocabularySize(), back.vocabularySize());
    assertEquals(tokenizer.endOfText(), back.endOfText());
    assertEquals(tokenizer.sha256(), back.sha256());
    Random random = new Random(1);
    for (int round = 0; round < 200; round++) {
      byte[] text = NastyText.random(random, 40);
      assertArrayEquals(tokenizer.encode(text), back.encode(text), () -> NastyText.show(text));
    }
  }

  @ParameterizedTest
  @CsvSource({"nanochat, will refuse the file", "cl100k, white space at the end", "o200k, upper case of letters beyond ASCII"})
  void whatLlamaCppDoesOtherwiseIsSaid(String pattern, String words) throws IOException {
    List<String> differences = GgmlVocabulary.differences(trained(pattern));
    assertEquals(1, differences.size());
    assertTrue(differences.getFirst().contains(words), differences.getFirst());
  }

  @Test
  void everyPartOfATokenizerThatTheWordsCannotSayIsADifference() throws IOException {
    String json = new String(trained("gpt2").toJson(), StandardCharsets.UTF_8);
    assertDifference(json.replaceFirst("\"normalizer\": null", "\"normalizer\": {\"type\": \"NFC\"}"), "normal form C");
    assertDifference(json.replaceFirst("(\"pre_tokenizer\": \\{[^}]*)\"add_prefix_space\": false", "$1\"add_prefix_space\": true"),
        "put a space before texts");
    assertDifference(json.replaceFirst("\"lstrip\": false", "\"lstrip\": true"), "beside an added token");
    assertDifference(json.replaceFirst("\"ignore_merges\": false", "\"ignore_merges\": true"), "whatever the merges say");
  }

  private static void assertDifference(String json, String words) throws TokenizerException {
    List<String> differences = GgmlVocabulary.differences(Tokenizer.ofJson(json, "test", Optional.empty()));
    assertTrue(differences.stream().anyMatch(difference -> difference.contains(words)), words + " in " + differences);
  }

  @Test
  void aSizeBeyondTheVocabularyIsFilledWithTokensThatNoTextBecomes() {
    GgmlVocabulary words = GgmlVocabulary.of(Tokenizer.bytes(), 258);
    assertEquals(List.of("[PAD256]", "[PAD257]"), words.tokens().subList(256, 258));
    assertEquals(UNUSED, words.kinds()[257]);
    assertEquals(NORMAL, words.kinds()[255]);
    assertEquals(OptionalInt.empty(), words.end());
  }

  /** The 256 bytes and these tokens. */
  private static GgmlVocabulary words(String pattern, List<String> more, int[] kinds, List<String> merges, OptionalInt begin,
      OptionalInt end, Optional<Boolean> addsBegin) {
    List<String> tokens = new ArrayList<>(GgmlVocabulary.of(Tokenizer.bytes(), 256).tokens());
    tokens.addAll(more);
    int[] all = new int[256 + kinds.length];
    Arrays.fill(all, NORMAL);
    System.arraycopy(kinds, 0, all, 256, kinds.length);
    return new GgmlVocabulary(pattern, tokens, all, merges, begin, end, addsBegin, false);
  }

  @Test
  void llama3TakesWholePiecesAndBeginsTexts() throws TokenizerException {
    GgmlVocabulary words =
        words("llama-bpe", List.of("abc", "<|begin_of_text|>", "<|end_of_text|>"), new int[] {NORMAL, CONTROL, CONTROL}, List.of(),
            OptionalInt.of(257), OptionalInt.of(258), Optional.empty());
    Tokenizer tokenizer = words.toTokenizer("test");
    // No merge makes "abc": only a piece that is a token as it stands becomes it.
    assertArrayEquals(new int[] {256}, tokenizer.encode("abc"));
    assertArrayEquals(new int[] {257, 256}, tokenizer.encode("abc", EncodingOptions.text().withTemplate()));
    assertEquals(OptionalInt.of(258), tokenizer.endOfText());
    assertTrue(tokenizer.isSpecial(257));
    GgmlVocabulary back = GgmlVocabulary.of(tokenizer, 259);
    assertEquals("llama-bpe", back.pattern());
    assertEquals(OptionalInt.of(257), back.begin());
    assertEquals(Optional.of(true), back.addsBegin());
    assertEquals(List.of(), GgmlVocabulary.differences(tokenizer));
  }

  /** Where every digit is set apart. */
  @Test
  void aPatternThatOnlyOtherProgramsNameIsWrittenAgain() throws TokenizerException {
    GgmlVocabulary words = words("starcoder", List.of(), new int[0], List.of(), OptionalInt.empty(), OptionalInt.empty(), Optional.empty());
    Tokenizer tokenizer = words.toTokenizer("test");
    assertEquals("smollm", GgmlVocabulary.of(tokenizer, 256).pattern());
    assertEquals(List.of(), GgmlVocabulary.differences(tokenizer));
  }

  /** What stands around texts becomes special where such words are read, and text then no longer becomes it. */
  @Test
  void whatStandsAroundTextsAndIsNotSpecialIsADifference() throws TokenizerException {
    GgmlVocabulary words =
        words("gpt-2", List.of("<s>"), new int[] {CONTROL}, List.of(), OptionalInt.of(256), OptionalInt.empty(), Optional.of(true));
    String json = new String(words.toTokenizer("test").toJson(), StandardCharsets.UTF_8);
    assertEquals(List.of(), GgmlVocabulary.differences(Tokenizer.ofJson(json, "test", Optional.empty())));
    assertDifference(json.replaceFirst("\"special\": true", "\"special\": false"), "never finds the tokens in a text");
  }

  @Test
  void tokensHaveKinds() throws TokenizerException {
    GgmlVocabulary words =
        words("gpt-2", List.of("hello there", "[PAD1]", "th", "<eot>", "[PAD2]"), new int[] {USER_DEFINED, UNUSED, NORMAL, NORMAL, UNUSED},
            List.of("t h"), OptionalInt.of(259), OptionalInt.of(259), Optional.of(false));
    Tokenizer tokenizer = words.toTokenizer("test");
    assertEquals(260, tokenizer.vocabularySize());
    assertArrayEquals(new int[] {256, 258}, tokenizer.encode("hello thereth"));
    assertEquals(OptionalInt.of(259), tokenizer.endOfText());
    assertTrue(tokenizer.isSpecial(257) && tokenizer.isSpecial(259) && !tokenizer.isSpecial(256));
    assertEquals(USER_DEFINED, GgmlVocabulary.of(tokenizer, 260).kinds()[256]);
  }

  @Test
  void wordsThatContradictEachOtherAreRefusedByName() {
    OptionalInt none = OptionalInt.empty();
    assertRefused("\"tokenizer.ggml.pre\" is \"default\"",
        words("default", List.of(), new int[0], List.of(), none, none, Optional.empty()));
    assertRefused("256 tokens and 257 token types", words("gpt-2", List.of(), new int[] {1}, List.of(), none, none, Optional.empty()));
    assertRefused("the merge \"ab\" is not two tokens", words("gpt-2", List.of(), new int[0], List.of("ab"), none, none, Optional.empty()));
    assertRefused("the merge \"a b c\"", words("gpt-2", List.of(), new int[0], List.of("a b c"), none, none, Optional.empty()));
    assertRefused("needs the token \"ab\"", words("gpt-2", List.of(), new int[0], List.of("a b"), none, none, Optional.empty()));
    assertRefused("\"tokenizer.ggml.eos_token_id\" is 256",
        words("gpt-2", List.of("[PAD]"), new int[] {UNUSED}, List.of(), none, OptionalInt.of(256), Optional.empty()));
    assertRefused("\"tokenizer.ggml.bos_token_id\" is 2147483647",
        words("gpt-2", List.of(), new int[0], List.of(), OptionalInt.of(Integer.MAX_VALUE), none, Optional.empty()));
    assertRefused("token \"<0x-1>\" has the type 6",
        words("gpt-2", List.of("<0x-1>"), new int[] {BYTE}, List.of(), none, none, Optional.empty()));
    assertRefused("token \"a\" is there twice", words("gpt-2", List.of("a"), new int[] {NORMAL}, List.of(), none, none, Optional.empty()));
    assertRefused("neither an added token nor written",
        words("gpt-2", List.of("a b"), new int[] {NORMAL}, List.of(), none, none, Optional.empty()));
  }

  private static void assertRefused(String problem, GgmlVocabulary words) {
    String message = assertThrows(TokenizerException.class, () -> words.toTokenizer("x.gguf")).getMessage();
    assertTrue(message.startsWith("x.gguf: ") && message.contains(problem), message);
  }
}
