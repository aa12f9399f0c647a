package dev.minnow.tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenizerJsonTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  @TempDir
  Path folder;

  private static Tokenizer small() throws IOException {
    return new BpeTrainer(260).train(sink -> sink.accept("aaabdaaabac".getBytes(StandardCharsets.UTF_8)));
  }

  private static Tokenizer read(String json) throws TokenizerException {
    return TokenizerJsonReader.read(json, "tokenizer.json", null);
  }

  private static String edited(Consumer<ObjectNode> edit) throws IOException {
    ObjectNode root = (ObjectNode) MAPPER.readTree(small().toJson());
    edit.accept(root);
    return root.toString();
  }

  private static ObjectNode model(ObjectNode root) {
    return (ObjectNode) root.get("model");
  }

  private static ObjectNode vocabulary(ObjectNode root) {
    return (ObjectNode) model(root).get("vocab");
  }

  private static ArrayNode merges(ObjectNode root) {
    return (ArrayNode) model(root).get("merges");
  }

  private static void assertRefused(String json, String... words) {
    String message = assertThrows(TokenizerException.class, () -> read(json)).getMessage();
    for (String word : words) {
      assertTrue(message.contains(word), () -> "\"" + word + "\" is not in: " + message);
    }
    assertTrue(message.contains("tokenizer.json"), message);
    assertTrue(message.endsWith(".") && message.lines().count() == 1 && message.length() < 300, message);
  }

  private static void assertEditRefused(Consumer<ObjectNode> edit, String... words) throws IOException {
    assertRefused(edited(edit), words);
  }

  @Test
  void theFileHasHuggingFacesFieldsInHuggingFacesOrder() throws IOException {
    String json = new String(small().toJson(), StandardCharsets.UTF_8);
    String start = """
        {
          "version": "1.0",
          "truncation": null,
          "padding": null,
          "added_tokens": [
            {
              "id": 0,
              "content": "<|endoftext|>",
              "single_word": false,
              "lstrip": false,
              "rstrip": false,
              "normalized": false,
              "special": true
            }
          ],
          "normalizer": null,
          "pre_tokenizer": {
            "type": "ByteLevel",
            "add_prefix_space": false,
            "trim_offsets": true,
            "use_regex": true
          },
          "post_processor": {
            "type": "ByteLevel",
            "add_prefix_space": true,
            "trim_offsets": false,
            "use_regex": true
          },
          "decoder": {
            "type": "ByteLevel",
            "add_prefix_space": true,
            "trim_offsets": true,
            "use_regex": true
          },
          "model": {
            "type": "BPE",
            "dropout": null,
            "unk_token": null,
            "continuing_subword_prefix": null,
            "end_of_word_suffix": null,
            "fuse_unk": false,
            "byte_fallback": false,
            "ignore_merges": false,
            "vocab": {
              "<|endoftext|>": 0,
              "!": 1,
              "\\"": 2,
        """;
    String end = """
              "aa": 257,
              "ab": 258,
              "aaab": 259
            },
            "merges": [
              [
                "a",
                "a"
              ],
              [
                "a",
                "b"
              ],
              [
                "aa",
                "ab"
              ]
            ]
          }
        }""";
    assertEquals(start, json.substring(0, start.length()));
    assertEquals(end, json.substring(json.length() - end.length()));
    assertTrue(json.contains("\"Ġ\": 221,"));
  }

  @Test
  void savedTokenizersComeBackTheSame() throws IOException {
    String text = BpeTrainerTest.prose(new Random(51), 3_000);
    Tokenizer trained = new BpeTrainer(500).train(sink -> sink.accept(text.getBytes(StandardCharsets.UTF_8)));
    for (Tokenizer tokenizer : new Tokenizer[] {trained, small(), Tokenizer.bytes()}) {
      Path file = folder.resolve("tokenizer.json");
      tokenizer.save(file);
      for (Path path : new Path[] {file, folder}) {
        Tokenizer again = Tokenizer.load(path);
        assertArrayEquals(tokenizer.toJson(), again.toJson());
        assertEquals(tokenizer.sha256(), again.sha256());
        assertEquals(tokenizer.endOfText(), again.endOfText());
        assertArrayEquals(tokenizer.encode(text), again.encode(text));
      }
    }
  }

  @Test
  void theTwoFormsOfMergesMeanTheSame() throws IOException {
    String legacy = edited(root -> {
      ArrayNode lines = MAPPER.createArrayNode();
      merges(root).forEach(pair -> lines.add(pair.get(0).asText() + " " + pair.get(1).asText()));
      model(root).set("merges", lines);
    });
    assertEquals(small().sha256(), read(legacy).sha256());
  }

  @Test
  void theOrderOfTheFieldsAndUnknownFieldsDoNotMatter() throws IOException {
    ObjectNode root = (ObjectNode) MAPPER.readTree(small().toJson());
    ObjectNode turned = MAPPER.createObjectNode();
    turned.set("model", root.get("model"));
    turned.putObject("unknown").putArray("deep").addObject();
    turned.set("padding", MAPPER.createObjectNode().put("strategy", "x"));
    root.remove("padding");
    turned.setAll(root);
    assertEquals(small().sha256(), read(turned.toString()).sha256());
  }

  @Test
  void aSpecialTokenMayStandOutsideTheVocabulary() throws IOException {
    String json = edited(root -> {
      ((ArrayNode) root.get("added_tokens")).addObject()
          .put("id", 260)
          .put("content", "<|user |>")
          .put("lstrip", true)
          .put("special", true);
    });
    Tokenizer tokenizer = read(json);
    assertEquals(261, tokenizer.vocabularySize());
    assertTrue(tokenizer.isSpecial(260));
    assertEquals("<|user |>", new String(tokenizer.bytes(260), StandardCharsets.UTF_8));
    Tokenizer again = read(new String(tokenizer.toJson(), StandardCharsets.UTF_8));
    assertEquals(tokenizer.vocabulary().added(), again.vocabulary().added());
    assertEquals(tokenizer.sha256(), again.sha256());
  }

  @Test
  void damagedVocabulariesAreRefused() throws IOException {
    assertEditRefused(root -> vocabulary(root).put("zz", 261), "\"zz\"", "261", "holes");
    assertEditRefused(root -> vocabulary(root).put("zz", Integer.MAX_VALUE), "\"zz\"", "2147483647");
    assertEditRefused(root -> vocabulary(root).put("zz", Long.MAX_VALUE), "\"zz\"", "usable id");
    assertEditRefused(root -> vocabulary(root).put("zz", -1), "\"zz\"", "-1");
    assertEditRefused(root -> vocabulary(root).put("zz", 1.5), "\"zz\"", "usable id");
    assertEditRefused(root -> vocabulary(root).put("zz", "5"), "\"zz\"", "usable id");
    assertEditRefused(root -> vocabulary(root).put("zz", 259), "\"zz\"", "\"aaab\"", "same id 259");
    assertEditRefused(root -> vocabulary(root).put("", 260), "empty");
    assertEditRefused(root -> vocabulary(root).put("a b", 260), "\"a b\"", "alphabet");
    assertEditRefused(root -> vocabulary(root).put("中", 260), "\"中\"", "alphabet");
    assertEditRefused(root -> vocabulary(root).remove("aaab"), "\"aaab\"", "not in the vocabulary");
    assertEditRefused(root -> {
      vocabulary(root).remove("!");
      vocabulary(root).put("!!", 1);
    }, "1 of the 256 byte values", "0x21");
    assertEditRefused(root -> model(root).putObject("vocab"), "256 of the 256 byte values");
    String twice = edited(root -> {}).replace("\"aa\":257", "\"ab\":257");
    assertRefused(twice, "not valid JSON", "ab");
  }

  @Test
  void damagedMergesAreRefused() throws IOException {
    assertEditRefused(root -> merges(root).addArray().add("a").add("q"), "merge 3", "\"aq\"");
    assertEditRefused(root -> merges(root).addArray().add("qqq").add("a"), "merge 3", "\"qqq\"");
    assertEditRefused(root -> merges(root).addArray().add("a").add("b"), "merge 3", "twice");
    assertEditRefused(root -> merges(root).addArray().add("").add("a"), "merge 3", "\"\"");
    assertEditRefused(root -> merges(root).addArray().add("a"), "merge 3", "two tokens");
    assertEditRefused(root -> merges(root).addArray().add("a").add("b").add("c"), "merge 3", "two tokens");
    assertEditRefused(root -> merges(root).addArray().add(1).add("b"), "merge 3", "two tokens");
    assertEditRefused(root -> merges(root).add("ab"), "merge 3", "two tokens");
    assertEditRefused(root -> merges(root).add("a b c"), "merge 3", "two tokens");
    assertEditRefused(root -> merges(root).add(7), "merge 3", "two tokens");
    assertEditRefused(root -> merges(root).addNull(), "merge 3", "two tokens");
    assertEditRefused(root -> {
      vocabulary(root).put("|endoftext|>", 260);
      merges(root).addArray().add("<").add("|endoftext|>");
    }, "merge 3", "special token");
  }

  @Test
  void damagedSpecialTokensAreRefused() throws IOException {
    Consumer<ObjectNode> another = root -> ((ArrayNode) root.get("added_tokens")).add(root.get("added_tokens").get(0).deepCopy());
    assertEditRefused(another, "<|endoftext|>", "twice");
    assertEditRefused(root -> ((ObjectNode) root.get("added_tokens").get(0)).put("id", 260), "<|endoftext|>", "260");
    assertEditRefused(root -> ((ObjectNode) root.get("added_tokens").get(0)).put("id", 1L << 40), "usable");
    assertEditRefused(root -> ((ObjectNode) root.get("added_tokens").get(0)).put("id", -3), "-3");
    assertEditRefused(root -> ((ObjectNode) root.get("added_tokens").get(0)).remove("content"), "content");
    assertEditRefused(root -> ((ObjectNode) root.get("added_tokens").get(0)).put("content", ""), "\"\"");
    assertEditRefused(root -> ((ObjectNode) root.get("added_tokens").get(0)).put("content", "a"), "\"a\"");
    assertEditRefused(root -> model(root).put("dropout", 1), "dropout", "1");
    assertEditRefused(root -> model(root).put("dropout", "x"), "dropout");
    assertEditRefused(root -> ((ObjectNode) root.get("added_tokens").get(0)).put("content", "\uD800"), "text");
    assertEditRefused(root -> root.put("added_tokens", 3), "added_tokens");
    assertEditRefused(root -> ((ArrayNode) root.get("added_tokens")).add(3), "added token");
  }

  @Test
  void whatIsNotSupportedIsNamed() throws IOException {
    assertEditRefused(root -> root.putObject("normalizer").put("type", "Lowercase"), "normalizer", "Lowercase");
    assertEditRefused(root -> root.putObject("pre_tokenizer").put("type", "Sequence"), "pre_tokenizer", "ByteLevel");
    assertEditRefused(root -> root.putObject("pre_tokenizer").put("type", "Whitespace"), "pre_tokenizer", "Whitespace");
    assertEditRefused(root -> root.putObject("post_processor").put("type", "BertProcessing"), "post_processor", "BertProcessing");
    assertEditRefused(root -> root.putObject("post_processor").put("type", "TemplateProcessing"), "post_processor", "text");
    assertEditRefused(root -> root.putObject("decoder").put("type", "Metaspace"), "decoder", "Metaspace");
    assertEditRefused(root -> model(root).put("type", "WordPiece"), "model", "WordPiece");
    assertEditRefused(root -> model(root).put("continuing_subword_prefix", "##"), "continuing_subword_prefix", "##");
    assertEditRefused(root -> model(root).put("end_of_word_suffix", "</w>"), "end_of_word_suffix");
    assertEditRefused(root -> root.put("version", "2.0"), "version", "2.0");
  }

  @Test
  void partsThatAreMissingAreNamed() throws IOException {
    for (String part : new String[] {"pre_tokenizer", "decoder", "model"}) {
      assertEditRefused(root -> root.remove(part), part, "missing");
    }
    for (String part : new String[] {"pre_tokenizer", "decoder"}) {
      assertEditRefused(root -> root.putNull(part), part, "missing");
    }
    for (String part : new String[] {"type", "vocab", "merges"}) {
      assertEditRefused(root -> model(root).remove(part), part, "lacks");
    }
    assertEditRefused(root -> root.put("model", "BPE"), "model", "object");
    assertEditRefused(root -> model(root).put("vocab", 1), "vocabulary", "object");
    assertEditRefused(root -> model(root).put("merges", 1), "merges", "array");
  }

  @Test
  void whatIsNotJsonIsRefused() throws IOException {
    String whole = edited(root -> {});
    assertRefused("", "object");
    assertRefused("[]", "object");
    assertRefused("null", "object");
    assertRefused("{", "not valid JSON");
    assertRefused("\uFEFF" + whole, "not valid JSON");
    assertRefused(whole + "x", "not valid JSON");
    assertRefused(whole + "{}", "after its end");
    assertRefused(whole.replaceFirst("\\{", "{\"decoder\":null,"), "decoder");
    assertRefused("[".repeat(100_000), "object");
    assertRefused("{\"normalizer\":" + "[".repeat(100_000), "not valid JSON");
    assertRefused("{\"unknown\":" + "[".repeat(100_000), "not valid JSON");
    assertRefused("{\"model\":{\"merges\":" + "[".repeat(100_000), "two tokens");
    for (int cut = 1; cut < whole.length(); cut += 97) {
      assertRefused(whole.substring(0, cut), "not valid JSON");
    }
  }

  @Test
  void filesThatCannotBeReadAreNamed() throws IOException {
    Path missing = folder.resolve("nowhere.json");
    assertTrue(assertThrows(TokenizerException.class, () -> Tokenizer.load(missing)).getMessage().contains("nowhere.json"));
    assertTrue(assertThrows(TokenizerException.class, () -> Tokenizer.load(folder)).getMessage().contains("holds no tokenizer"));
    Path directory = Files.createDirectory(folder.resolve("vocab.json"));
    assertTrue(assertThrows(TokenizerException.class, () -> Tokenizer.load(folder)).getMessage().contains("holds no tokenizer"));
    assertTrue(assertThrows(TokenizerException.class, () -> Tokenizer.load(directory)).getMessage().contains("holds no tokenizer"));
    Files.createDirectory(folder.resolve("tokenizer.json"));
    assertTrue(assertThrows(TokenizerException.class, () -> Tokenizer.load(folder)).getMessage().contains("is no file"));
    Path binary = folder.resolve("binary.json");
    Files.write(binary, new byte[] {'{', (byte) 0xFF, '}'});
    assertTrue(assertThrows(TokenizerException.class, () -> Tokenizer.load(binary)).getMessage().contains("not UTF-8"));
  }

  @Test
  void theConfigBesideNamesTheTokenThatEndsAText() throws IOException {
    String json = edited(root -> {
      ((ArrayNode) root.get("added_tokens")).addObject().put("id", 260).put("content", "<|im_end|>").put("special", true);
    });
    Files.writeString(folder.resolve("tokenizer.json"), json);
    assertEquals(OptionalInt.of(0), Tokenizer.load(folder).endOfText());
    Path config = folder.resolve("tokenizer_config.json");
    Files.writeString(config, "{\"eos_token\": \"<|im_end|>\"}");
    assertEquals(OptionalInt.of(260), Tokenizer.load(folder).endOfText());
    Files.writeString(config, "{\"eos_token\": {\"content\": \"<|im_end|>\"}}");
    assertEquals(OptionalInt.of(260), Tokenizer.load(folder).endOfText());
    Files.writeString(config, "{\"eos_token\": null}");
    assertEquals(OptionalInt.of(0), Tokenizer.load(folder).endOfText());
    Files.writeString(config, "{\"eos_token\": \"</s>\"}");
    assertTrue(assertThrows(TokenizerException.class, () -> Tokenizer.load(folder)).getMessage().contains("</s>"));
    for (String more : List.of("\"added_tokens_decoder\": {\"1\": {\"content\": \"<|im_end|>\"}}",
        "\"added_tokens_decoder\": {\"300\": {\"content\": \"<|new|>\"}}", "\"additional_special_tokens\": [\"<|new|>\"]",
        "\"add_prefix_space\": true")) {
      Files.writeString(config, "{" + more + "}");
      String message = assertThrows(TokenizerException.class, () -> Tokenizer.load(folder), more).getMessage();
      assertTrue(message.contains("tokenizer.json beside it"), message);
    }
    for (String damaged : List.of("{\"eos_token\": ", "", "\n")) {
      Files.writeString(config, damaged);
      String message = assertThrows(TokenizerException.class, () -> Tokenizer.load(folder), damaged).getMessage();
      assertTrue(message.contains("tokenizer_config.json"), message);
    }
  }

  @Test
  void theConfigNamesEndOfTextWhereThereIsOne() throws IOException {
    JsonNode config = MAPPER.readTree(TokenizerConfigJson.write(small(), 256));
    assertEquals("PreTrainedTokenizerFast", config.get("tokenizer_class").asText());
    assertEquals("<|endoftext|>", config.get("eos_token").asText());
    assertEquals(256, config.get("model_max_length").asInt());
    JsonNode bytes = MAPPER.readTree(TokenizerConfigJson.write(Tokenizer.bytes(), 64));
    assertTrue(bytes.get("eos_token").isNull() && bytes.get("bos_token").isNull());
    Files.write(folder.resolve("tokenizer_config.json"), TokenizerConfigJson.write(Tokenizer.bytes(), 64));
    Tokenizer.bytes().save(folder.resolve("tokenizer.json"));
    assertEquals(OptionalInt.empty(), Tokenizer.load(folder).endOfText());
  }
}
