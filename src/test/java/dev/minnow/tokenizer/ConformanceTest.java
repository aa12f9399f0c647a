package dev.minnow.tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.minnow.tokenizer.encode.MergeRules;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Agreement with published encodings and a published training run. */
class ConformanceTest {
  private static Tokenizer gpt2() throws IOException {
    return Tokenizer.load(SharedData.require("tokenizer/gpt2"));
  }

  @Test
  void everyPublishedGpt2EncodingIsReproducedAndDecodesBack() throws IOException {
    assertReproduces(gpt2(), "tokenizer/conformance/r50k_base_encodings.csv");
  }

  @Test
  void everyPublishedCl100kEncodingIsReproducedAndDecodesBack() throws IOException {
    assertReproduces(TiktokenFileTest.published("cl100k_base", "cl100k"), "tokenizer/conformance/cl100k_base_encodings.csv");
    // Llama 3's pattern is another with the same pieces on these texts.
    assertReproduces(TiktokenFileTest.published("cl100k_base", "llama3"), "tokenizer/conformance/cl100k_base_encodings.csv");
  }

  private static void assertReproduces(Tokenizer tokenizer, String published) throws IOException {
    List<List<String>> records = csv(Files.readString(SharedData.require(published)));
    assertEquals(List.of("input", "output", "outputMaxTokens10"), records.getFirst());
    assertEquals(424, records.size());
    for (List<String> row : records.subList(1, records.size())) {
      int[] expected = new ObjectMapper().readValue(row.get(1), int[].class);
      assertArrayEquals(expected, tokenizer.encode(row.get(0)), row.get(0));
      assertEquals(row.get(0), tokenizer.decodeToString(expected));
    }
  }

  @Test
  void naughtyStringsComeBackUnchangedAndForgeNoSpecialToken() throws IOException {
    String all = Files.readString(SharedData.require("messy/blns.txt"));
    List<String> texts = new ArrayList<>(all.lines().toList());
    assertTrue(texts.size() > 500);
    texts.add(all);
    for (Tokenizer tokenizer : List.of(gpt2(), TiktokenFileTest.published("cl100k_base", "cl100k"))) {
      for (String text : texts) {
        int[] ids = tokenizer.encode(text);
        assertEquals(text, tokenizer.decodeToString(ids));
        assertTrue(IntStream.of(ids).noneMatch(tokenizer::isSpecial), text);
        assertArrayEquals(ids, tokenizer.encode(text.getBytes(StandardCharsets.UTF_8), 2), text);
      }
    }
  }

  @Test
  void gpt2IdsAreThePublishedOnes() throws IOException {
    Tokenizer gpt2 = gpt2();
    assertEquals(50_257, gpt2.vocabularySize());
    assertEquals(OptionalInt.of(50_256), gpt2.endOfText());
    assertArrayEquals(new int[] {31_373, 995}, gpt2.encode("hello world"));
    assertArrayEquals(new byte[] {0}, gpt2.bytes(188));
    assertArrayEquals(new byte[] {' '}, gpt2.bytes(220));
  }

  @Test
  void gpt2SurvivesTokenizerJson() throws IOException {
    Tokenizer gpt2 = gpt2();
    Tokenizer again = TokenizerJsonReader.read(new String(gpt2.toJson(), StandardCharsets.UTF_8), "here", null);
    String text = Files.readString(SharedData.require("corpora/books/Emma.md"));
    assertArrayEquals(gpt2.encode(text), again.encode(text));
    assertEquals(gpt2.sha256(), again.sha256());
  }

  @Test
  void theReferenceMergesOfATrainerThatBreaksTiesByGreatestBytes() throws IOException {
    byte[] corpus = Files.readAllBytes(SharedData.require("tokenizer/training/corpus.en"));
    List<String> documents = List.of(new String(corpus, StandardCharsets.UTF_8).split("<\\|endoftext\\|>"));
    Tokenizer trained =
        new BpeTrainer(500)
            .withTieBreak(TieBreak.GREATEST_BYTES)
            .train(sink -> documents.forEach(document -> sink.accept(document.getBytes(StandardCharsets.UTF_8))));
    List<String> merges = new ArrayList<>();
    for (int rank = 0; rank < trained.rules().size(); rank++) {
      long pair = trained.rules().pair(rank);
      merges.add(trained.vocabulary().written(MergeRules.left(pair)) + " " + trained.vocabulary().written(MergeRules.right(pair)));
    }
    assertEquals(Files.readAllLines(SharedData.require("tokenizer/training/train-bpe-reference-merges.txt")), merges);
    var ids = new ObjectMapper().readTree(SharedData.require("tokenizer/training/train-bpe-reference-vocab.json").toFile());
    assertEquals(500, ids.size());
    for (int id = 0; id < 500; id++) {
      assertEquals(id, ids.path(trained.vocabulary().written(id)).intValue(), trained.vocabulary().written(id));
    }
  }

  /** RFC 4180: fields may be quoted, quotes in them are doubled, and lines may break inside. */
  private static List<List<String>> csv(String text) {
    List<List<String>> records = new ArrayList<>();
    List<String> row = new ArrayList<>();
    StringBuilder field = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (quoted) {
        if (c != '"') {
          field.append(c);
        } else if (i + 1 < text.length() && text.charAt(i + 1) == '"') {
          field.append(c);
          i++;
        } else {
          quoted = false;
        }
      } else if (c == '"') {
        quoted = true;
      } else if (c == ',' || c == '\n') {
        row.add(field.toString());
        field.setLength(0);
        if (c == '\n') {
          records.add(row);
          row = new ArrayList<>();
        }
      } else if (c != '\r') {
        field.append(c);
      }
    }
    if (!row.isEmpty() || !field.isEmpty()) {
      row.add(field.toString());
      records.add(row);
    }
    return records;
  }
}
