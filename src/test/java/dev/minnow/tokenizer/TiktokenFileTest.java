package dev.minnow.tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.EncodingType;
import dev.minnow.tokenizer.split.SplitPattern;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TiktokenFileTest {
  @TempDir
  Path folder;

  /** A published vocabulary, from the jar of another tokenizer. */
  static Tokenizer published(String name, String pattern) throws IOException {
    try (InputStream in = Encodings.class.getResourceAsStream("/com/knuddels/jtokkit/" + name + ".tiktoken")) {
      String contents = new String(in.readAllBytes(), StandardCharsets.US_ASCII);
      return TiktokenFile.read(contents, name, SplitPattern.required(pattern).components());
    }
  }

  @Test
  void publishedVocabulariesEncodeAsAnotherTokenizerDoes() throws IOException {
    record Case(String file, String pattern, EncodingType type, int vocabularySize, int endOfText) {}
    List<Case> cases =
        List.of(
            new Case("r50k_base", "gpt2", EncodingType.R50K_BASE, 50_257, 50_256),
            new Case("p50k_base", "gpt2", EncodingType.P50K_BASE, 50_281, 50_256),
            new Case("cl100k_base", "cl100k", EncodingType.CL100K_BASE, 100_277, 100_257),
            new Case("o200k_base", "o200k", EncodingType.O200K_BASE, 200_019, 199_999));
    for (Case c : cases) {
      Tokenizer tokenizer = published(c.file, c.pattern);
      assertEquals(c.vocabularySize, tokenizer.vocabularySize(), c.file);
      assertEquals(OptionalInt.of(c.endOfText), tokenizer.endOfText(), c.file);
      com.knuddels.jtokkit.api.Encoding oracle = Encodings.newLazyEncodingRegistry().getEncoding(c.type);
      Random random = new Random(71);
      for (int trial = 0; trial < 2_000; trial++) {
        String text = words(random);
        assertArrayEquals(oracle.encodeOrdinary(text).toArray(), tokenizer.encode(text), () -> c.file + ", seed 71: " + text);
        assertEquals(text, tokenizer.decodeToString(tokenizer.encode(text)));
      }
    }
  }

  /** Text as people write it, which all Unicode versions cut alike. */
  private static String words(Random random) {
    String[] parts = {
        "the", " The", " tokenizer", "'s", "'LL", " 12345", "\n", "\r\n", "  ", "\t", " ü", "Straße", "中文字", " кот", "👍🏽", "()", "{}\n\n",
        "//",
        " =>", "camelCase", "HTTPServer", " don't", "é", "3.14", "   x", "________", "ﬁ", " नमस्ते", "aaaaaaaaaaaaaaaaaaaa", "!?", "\"q\""
    };
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(12); i >= 0; i--) {
      text.append(parts[random.nextInt(parts.length)]);
    }
    return text.toString();
  }

  @Test
  void theFileComesBackByteForByte() throws IOException {
    try (InputStream in = Encodings.class.getResourceAsStream("/com/knuddels/jtokkit/cl100k_base.tiktoken")) {
      String contents = new String(in.readAllBytes(), StandardCharsets.US_ASCII);
      Tokenizer tokenizer = TiktokenFile.read(contents, "here", SplitPattern.required("cl100k").components());
      assertEquals(contents.strip(), new String(TiktokenFile.write(tokenizer), StandardCharsets.US_ASCII).strip());
    }
  }

  @Test
  void trainedTokenizersGoThroughEachFormOfFile() throws IOException {
    String text = BpeTrainerTest.prose(new Random(72), 2_000);
    Tokenizer trained = new BpeTrainer(500).train(sink -> sink.accept(text.getBytes(StandardCharsets.UTF_8)));
    for (String name : new String[] {"own.tiktoken", "vocab.bpe", "merges.txt", "tokenizer.json"}) {
      Path file = folder.resolve(name);
      trained.save(file);
      Tokenizer again = name.endsWith(".tiktoken") ? Tokenizer.load(file, "gpt2") : Tokenizer.load(file);
      assertArrayEquals(trained.encode(text), again.encode(text), name);
      assertEquals(trained.endOfText(), again.endOfText(), name);
      assertEquals(trained.vocabularySize(), again.vocabularySize(), name);
    }
    Tokenizer other = new BpeTrainer(500).withPattern("llama3").train(sink -> sink.accept(text.getBytes(StandardCharsets.UTF_8)));
    assertEquals("llama3", other.patternName());
    other.save(folder.resolve("llama.json"));
    assertEquals("llama3", Tokenizer.load(folder.resolve("llama.json")).patternName());
    String refusal = assertThrows(TokenizerException.class, () -> other.save(folder.resolve("merges.txt"))).getMessage();
    assertTrue(refusal.contains("tokenizer.json"), refusal);
  }

  /** A folder stands where the second file of the pair is to be. */
  @Test
  void filesThatCannotBeWrittenAreAsBefore() throws IOException {
    Tokenizer tokenizer = Tokenizer.bytes();
    Path vocabulary = Files.writeString(folder.resolve("vocab.json"), "before");
    Files.createDirectories(folder.resolve("merges.txt.part/in the way"));
    assertThrows(IOException.class, () -> tokenizer.save(vocabulary));
    assertEquals("before", Files.readString(vocabulary));
    assertFalse(Files.exists(folder.resolve("vocab.json.part")));
  }

  @Test
  void whatAFormCannotSayIsRefusedOrStandsBeside() throws IOException {
    byte[] text = BpeTrainerTest.prose(new Random(72), 2_000).getBytes(StandardCharsets.UTF_8);
    Tokenizer trained = new BpeTrainer(500).withSpecialTokens(List.of("</s>")).train(sink -> sink.accept(text));
    String json = new String(trained.toJson(), StandardCharsets.UTF_8);
    List<String> others =
        List.of(
            json.replaceFirst("\"normalizer\": ?null", "\"normalizer\":{\"type\":\"NFC\"}"),
            PrefixSpace.in(json));
    for (String other : others) {
      assertNotEquals(json, other);
      Tokenizer tokenizer = Tokenizer.ofJson(other, "here", Optional.empty());
      for (String name : List.of("a.tiktoken", "merges.txt")) {
        assertThrows(TokenizerException.class, () -> tokenizer.save(folder.resolve(name)), name);
      }
    }
    Tokenizer ended = Tokenizer.ofJson(json, "here", Optional.of("</s>"));
    assertTrue(ended.endOfText().isPresent());
    ended.save(folder.resolve("own/tokenizer.json"));
    assertEquals(ended.endOfText(), Tokenizer.load(folder.resolve("own")).endOfText());
  }

  /** Reading adds end-of-text alone, at the first id that is free, or what belongs to a published file. */
  @Test
  void specialTokensThatReadingDoesNotAddAreRefused() throws IOException {
    byte[] text = BpeTrainerTest.prose(new Random(72), 2_000).getBytes(StandardCharsets.UTF_8);
    for (List<String> specials : List.of(List.of("</s>"), List.of("<|endoftext|>", "<|user|>"))) {
      BpeTrainer trainer = new BpeTrainer(500).withSpecialTokens(specials);
      Tokenizer tokenizer = trainer.train(sink -> sink.accept(text));
      Path file = folder.resolve("special.tiktoken");
      String refusal = assertThrows(TokenizerException.class, () -> tokenizer.save(file)).getMessage();
      assertEquals(refusal, assertThrows(IllegalArgumentException.class, () -> trainer.requireFits(file)).getMessage());
      assertTrue(refusal.contains("special tokens") && refusal.endsWith("write a tokenizer.json."), refusal);
      assertFalse(Files.exists(file));
    }
    String json = new String(new BpeTrainer(500).train(sink -> sink.accept(text)).toJson(), StandardCharsets.UTF_8);
    Tokenizer normalized = Tokenizer.ofJson(json.replaceFirst("\"normalized\": ?false", "\"normalized\":true"), "here", Optional.empty());
    assertTrue(normalized.vocabulary().added().getFirst().normalized());
    Path file = folder.resolve("normalized.tiktoken");
    normalized.save(file);
    assertEquals(normalized.endOfText(), Tokenizer.load(file, "gpt2").endOfText());
    assertThrows(TokenizerException.class, () -> Tokenizer.bytes().save(file));
  }

  private static String refusal(Tokenizer tokenizer, Path file) {
    String refusal = assertThrows(TokenizerException.class, () -> tokenizer.save(file)).getMessage();
    assertTrue(refusal.endsWith("write a tokenizer.json."), refusal);
    assertFalse(Files.exists(file));
    return refusal;
  }

  @Test
  void aTokenThatReadingWouldRefuseIsNotWritten() throws IOException {
    byte[] text = "a".repeat(4_096).getBytes(StandardCharsets.UTF_8);
    // Each merge doubles: the eleventh token after the bytes and end-of-text has 2,048.
    new BpeTrainer(267).train(sink -> sink.accept(text)).save(folder.resolve("short.tiktoken"));
    assertEquals(267, Tokenizer.load(folder.resolve("short.tiktoken"), "gpt2").vocabularySize());
    String refusal = refusal(new BpeTrainer(268).train(sink -> sink.accept(text)), folder.resolve("long.tiktoken"));
    assertTrue(refusal.contains("2048 bytes") && refusal.contains("1024"), refusal);
  }

  /** Reading makes a token of a piece whose bytes are one, and merges the two parts that merges of lower ranks leave of it. */
  @Test
  void tokensThatReadingWouldMakeInOtherTextsAreRefused() throws IOException {
    byte[] text = BpeTrainerTest.prose(new Random(72), 2_000).getBytes(StandardCharsets.UTF_8);
    String json = new String(new BpeTrainer(500).train(sink -> sink.accept(text)).toJson(), StandardCharsets.UTF_8);
    String another = json.replaceFirst("(\"vocab\": ?\\{)", "$1\"zqzq\": 500,");
    assertTrue(refusal(Tokenizer.ofJson(another, "here", Optional.empty()), folder.resolve("own.tiktoken")).contains("\"zqzq\""));
    Tokenizer whole =
        Tokenizer.ofJson(another.replaceFirst("\"ignore_merges\": ?false", "\"ignore_merges\":true"), "here", Optional.empty());
    Path file = folder.resolve("whole.tiktoken");
    whole.save(file);
    Tokenizer again = Tokenizer.load(file, "gpt2");
    assertArrayEquals(new int[] {500}, again.encode("zqzq"));
    for (String words : List.of("zqzq", " zqzqzq", "zqz", new String(text, StandardCharsets.UTF_8))) {
      assertArrayEquals(whole.encode(words), again.encode(words), words);
    }
    String pair = json.replaceFirst("(\"vocab\": ?\\{)", "$1\"zq\": 500,");
    assertTrue(refusal(Tokenizer.ofJson(pair, "here", Optional.empty()), folder.resolve("pair.tiktoken")).contains("\"zq\""));
    String wholePair = pair.replaceFirst("\"ignore_merges\": ?false", "\"ignore_merges\":true");
    assertTrue(refusal(Tokenizer.ofJson(wholePair, "here", Optional.empty()), folder.resolve("pair.tiktoken")).contains("\"zq\""));
  }

  /** Which merging would make of two tokens that rank behind it. */
  @Test
  void aTokenOfWholePiecesAloneIsRefusedWhereReadingWouldMergeIt() throws IOException {
    String json = new String(new BpeTrainer(257).train(sink -> sink.accept(new byte[] {'a'})).toJson(), StandardCharsets.UTF_8);
    String whole =
        json.replaceFirst("(\"vocab\": ?\\{)", "$1\"abcd\": 257, \"ab\": 258, \"cd\": 259,")
            .replaceFirst("(\"merges\": ?\\[)", "$1\"a b\", \"c d\"")
            .replaceFirst("\"ignore_merges\": ?false", "\"ignore_merges\":true");
    Tokenizer tokenizer = Tokenizer.ofJson(whole, "here", Optional.empty());
    assertArrayEquals(new int[] {257}, tokenizer.encode("abcd"));
    assertEquals(3, tokenizer.encode("xabcd").length);
    assertTrue(refusal(tokenizer, folder.resolve("merged.tiktoken")).contains("\"abcd\""));
  }

  @Test
  void damagedFilesAreRefusedWithTheLine() throws IOException {
    String[] damaged = {"IQ==", "IQ== x", "IQ== -1", "!!! 0", " 0", "IQ== 0 0", "IQ== 99999999999"};
    for (String line : damaged) {
      Path file = folder.resolve("damaged.tiktoken");
      Files.writeString(file, "\n" + line + "\n");
      String message = assertThrows(TokenizerException.class, () -> Tokenizer.load(file, "gpt2")).getMessage();
      assertTrue(message.contains("line 2"), message);
    }
    Path huge = folder.resolve("huge.tiktoken");
    Files.writeString(huge, "IQ== 2000000000\n");
    assertThrows(TokenizerException.class, () -> Tokenizer.load(huge, "gpt2"));
    String unnamed = assertThrows(IllegalArgumentException.class, () -> Tokenizer.load(huge)).getMessage();
    assertTrue(unnamed.contains("cl100k"), unnamed);
    assertThrows(IllegalArgumentException.class, () -> Tokenizer.load(huge, "gpt7"));
  }
}
