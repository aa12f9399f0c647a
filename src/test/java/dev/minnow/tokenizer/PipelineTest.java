package dev.minnow.tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What happens to text besides merging: added tokens, normalization, templates, dropout. */
class PipelineTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final EncodingOptions TRUSTED = EncodingOptions.text().withSpecialTokens();

  /** Tokens of a tokenizer whose only merges are those of "aaabdaaabac": a is 65 + 1, and so on. */
  private static Tokenizer edited(Consumer<ObjectNode> edit) throws IOException {
    Tokenizer small = new BpeTrainer(260).train(sink -> sink.accept("aaabdaaabac".getBytes(StandardCharsets.UTF_8)));
    ObjectNode root = (ObjectNode) MAPPER.readTree(small.toJson());
    edit.accept(root);
    Tokenizer read = TokenizerJsonReader.read(root.toString(), "tokenizer.json", null);
    Tokenizer again = TokenizerJsonReader.read(new String(read.toJson(), StandardCharsets.UTF_8), "again", null);
    assertEquals(read.sha256(), again.sha256(), "What was read is written again.");
    return read;
  }

  private static ObjectNode add(ObjectNode root, int id, String content) {
    return ((ArrayNode) root.get("added_tokens")).addObject().put("id", id).put("content", content);
  }

  private static String spelled(Tokenizer tokenizer, String text, EncodingOptions options) {
    StringBuilder spelled = new StringBuilder();
    for (int id : tokenizer.encode(text, options)) {
      spelled.append('[').append(new String(tokenizer.bytes(id), StandardCharsets.UTF_8)).append(']');
    }
    return spelled.toString();
  }

  @Test
  void specialTokensAreTextUnlessAskedFor() throws IOException {
    Tokenizer tokenizer = edited(root -> add(root, 260, "<x>").put("special", true));
    assertEquals("[a][<][x][>][b]", spelled(tokenizer, "a<x>b", EncodingOptions.text()));
    assertEquals("[a][<x>][b]", spelled(tokenizer, "a<x>b", TRUSTED));
    assertEquals("ab", tokenizer.decodeToString(tokenizer.encode("a<x>b", TRUSTED)));
    assertEquals("a<x>b", tokenizer.decodeWithSpecialTokens(tokenizer.encode("a<x>b", TRUSTED)));
  }

  @Test
  void addedTokensThatAreNotSpecialAreAlwaysFound() throws IOException {
    Tokenizer tokenizer = edited(root -> {
      add(root, 260, "   ");
      add(root, 261, "中文");
    });
    assertEquals("[aa][   ][ ][中文][中文][b]", spelled(tokenizer, "aa    中文中文b", EncodingOptions.text()));
    String text = "aa    中文中文b";
    assertEquals(text, tokenizer.decodeToString(tokenizer.encode(text)));
  }

  @Test
  void ofAddedTokensTheLeftmostThenTheLongestWins() throws IOException {
    Tokenizer tokenizer = edited(root -> {
      add(root, 260, "<e>");
      add(root, 261, "<e><e>");
      add(root, 262, "e><e><q>");
    });
    assertEquals("[<e><e>][<e>][x]", spelled(tokenizer, "<e><e><e>x", EncodingOptions.text()));
    assertEquals("[<e><e>][<][q][>]", spelled(tokenizer, "<e><e><q>", EncodingOptions.text()));
    assertEquals("[e><e><q>]", spelled(tokenizer, "e><e><q>", EncodingOptions.text()));
  }

  @Test
  void singleWordsStandAlone() throws IOException {
    Tokenizer other = edited(root -> add(root, 260, "dc").put("single_word", true));
    assertEquals("[dc][ ][d][c][d][ ][dc][,][e][d][c][ ][_][d][c]", spelled(other, "dc dcd dc,edc _dc", EncodingOptions.text()));
  }

  @Test
  void strippingTokensSwallowTheWhiteSpaceBesideThem() throws IOException {
    Tokenizer left = edited(root -> add(root, 260, "<m>").put("lstrip", true));
    assertEquals("[a][<m>][ ][b]", spelled(left, "a \u3000\n<m> b", EncodingOptions.text()));
    Tokenizer right = edited(root -> add(root, 260, "<m>").put("rstrip", true));
    assertEquals("[a][ ][<m>][b]", spelled(right, "a <m>\u00A0 \tb", EncodingOptions.text()));
    Tokenizer both = edited(root -> add(root, 260, "<m>").put("lstrip", true).put("rstrip", true));
    assertEquals("[<m>][<m>][<m>]", spelled(both, "  <m>  <m><m>  ", EncodingOptions.text()));
  }

  /** What Hugging Face's tokenizers 0.23 makes of these texts. */
  @Test
  void tokensOfWhiteSpaceStandAlsoWhereTheOneBeforeThemTakesIt() throws IOException {
    Tokenizer tokenizer = edited(root -> {
      add(root, 260, "<m>").put("rstrip", true);
      add(root, 261, "\n\n");
      add(root, 262, "  ").put("rstrip", true);
    });
    assertEquals("[a][<m>][\n\n][b]", spelled(tokenizer, "a<m>\n\nb", EncodingOptions.text()));
    assertEquals("[a][<m>][\n\n][ ][b]", spelled(tokenizer, "a<m> \n\n b", EncodingOptions.text()));
    assertEquals("[a][  ][  ][  ][b]", spelled(tokenizer, "a      b", EncodingOptions.text()));
    assertEquals("[a][<m>][b]", spelled(tokenizer, "a<m>\n b", EncodingOptions.text()));
  }

  @Test
  void anAddedTokenOfOneByteIsNotWhatTheByteBecomesElsewhere() throws IOException {
    Tokenizer tokenizer = edited(root -> {
      add(root, 260, "\n").put("single_word", true);
      add(root, 261, " ").put("single_word", true);
    });
    int[] unedited = edited(root -> {}).encode("a\nb c");
    assertArrayEquals(unedited, tokenizer.encode("a\nb c"));
    assertArrayEquals(new int[] {260}, tokenizer.encode("\n"));
  }

  @Test
  void normalFormCIsThatOfThePlatformAndLeavesWhatIsNoText() throws IOException {
    Tokenizer plain = edited(root -> {});
    Tokenizer composing = edited(root -> root.putObject("normalizer").put("type", "NFC"));
    Random random = new Random(58);
    for (int trial = 0; trial < 3_000; trial++) {
      StringBuilder text = new StringBuilder();
      for (int i = random.nextInt(12); i >= 0; i--) {
        int[] ranges = {'a', 0xE0, 0x300, 0x41, 0x1100, 0x1161, 0x11A8, 0xAC00, 0x3099, 0x304B, 0x212B, 0x1D15E, 0x10000, 0x0F71};
        text.appendCodePoint(ranges[random.nextInt(ranges.length)] + random.nextInt(6));
      }
      String normal = Normalizer.normalize(text, Normalizer.Form.NFC);
      assertArrayEquals(plain.encode(normal), composing.encode(text.toString()), () -> "seed 58: " + text);
    }
    byte[] broken = {'e', (byte) 0xCC, (byte) 0x81, (byte) 0xFF, (byte) 0xCC, 'e', (byte) 0xCC, (byte) 0x81};
    byte[] expected = {(byte) 0xC3, (byte) 0xA9, (byte) 0xFF, (byte) 0xCC, (byte) 0xC3, (byte) 0xA9};
    assertArrayEquals(expected, composing.decode(composing.encode(broken)));
  }

  @Test
  void normalizedTokensAreFoundAfterNormalizationOthersBefore() throws IOException {
    Tokenizer tokenizer = edited(root -> {
      root.putObject("normalizer").put("type", "NFC");
      add(root, 260, "é!").put("normalized", true);
      add(root, 261, "é?").put("normalized", false);
    });
    int[] composed = tokenizer.encode("é!é?");
    assertArrayEquals(new int[] {260, 261}, composed);
    int[] decomposed = tokenizer.encode("e\u0301!e\u0301?");
    assertEquals(260, decomposed[0]);
    Tokenizer spelledApart = edited(root -> {
      root.putObject("normalizer").put("type", "NFC");
      add(root, 260, "e\u0301!").put("normalized", true);
    });
    assertArrayEquals(new int[] {260, 260}, spelledApart.encode("\u00E9!e\u0301!"));
    assertTrue(decomposed.length > 2, Arrays.toString(decomposed));
  }

  @Test
  void aPrefixSpaceStandsBeforeEachStretchOfTextThatHasNone() throws IOException {
    Tokenizer tokenizer = edited(root -> {
      ((ObjectNode) root.get("pre_tokenizer")).put("add_prefix_space", true);
      add(root, 260, "<m>");
    });
    assertEquals("[ ][d][<m>][ ][d][<m>][ ][d]", spelled(tokenizer, "d<m> d<m>d", EncodingOptions.text()));
    assertEquals("", spelled(tokenizer, "", EncodingOptions.text()));
    EncodingOptions continuing = EncodingOptions.text().withContinuing(true);
    assertEquals("[d][<m>][ ][d]", spelled(tokenizer, "d<m>d", continuing));
    assertEquals("[<m>][ ][d]", spelled(tokenizer, "<m>d", continuing));
  }

  private static void withBeginning(ObjectNode template, String name, String known) {
    ArrayNode single = template.put("type", "TemplateProcessing").putArray("single");
    single.addObject().putObject("SpecialToken").put("id", name);
    single.addObject().putObject("Sequence").put("id", "A");
    template.putObject("special_tokens").putObject(known).putArray("ids").add(0);
  }

  @Test
  void aTemplatePutsTokensAroundTheTextWhereAskedFor() throws IOException {
    Tokenizer tokenizer = edited(root -> {
      add(root, 260, "<s>").put("special", true);
      ObjectNode template = root.putObject("post_processor").put("type", "TemplateProcessing");
      ArrayNode single = template.putArray("single");
      single.addObject().putObject("SpecialToken").put("id", "<s>").put("type_id", 0);
      single.addObject().putObject("Sequence").put("id", "A").put("type_id", 0);
      single.addObject().putObject("SpecialToken").put("id", "end").put("type_id", 0);
      ObjectNode tokens = template.putObject("special_tokens");
      tokens.putObject("<s>").put("id", "<s>").putArray("ids").add(260);
      tokens.putObject("end").put("id", "end").putArray("ids").add(0).add(260);
    });
    int[] plain = tokenizer.encode("abc");
    int[] around = tokenizer.encode("abc", EncodingOptions.text().withTemplate());
    assertEquals(260, around[0]);
    assertArrayEquals(plain, Arrays.copyOfRange(around, 1, around.length - 2));
    assertArrayEquals(new int[] {0, 260}, Arrays.copyOfRange(around, around.length - 2, around.length));
    assertThrows(TokenizerException.class, () -> edited(root -> {
      ObjectNode template = root.putObject("post_processor").put("type", "TemplateProcessing");
      template.putArray("single").addObject().putObject("SpecialToken").put("id", "<s>");
      template.putObject("special_tokens").putObject("<s>").putArray("ids").add(777);
    }));
    assertThrows(TokenizerException.class, () -> edited(root -> withBeginning(root.putObject("post_processor"), "<s>", "another")));
    assertThrows(TokenizerException.class, () -> edited(root -> {
      ArrayNode steps = root.putObject("post_processor").put("type", "Sequence").putArray("processors");
      withBeginning(steps.addObject(), "<s>", "<s>");
      withBeginning(steps.addObject(), "<s>", "<s>");
    }));
  }

  @Test
  void droppedMergesSpellTheSameTextInManyWays() throws IOException {
    String text = BpeTrainerTest.prose(new Random(59), 400);
    Tokenizer trained = new BpeTrainer(700).train(sink -> sink.accept(text.getBytes(StandardCharsets.UTF_8)));
    Set<String> spellings = new HashSet<>();
    int plain = trained.encode(text).length;
    for (int seed = 0; seed < 20; seed++) {
      int[] ids = trained.encode(text, EncodingOptions.text().withDropout(0.1, seed));
      assertEquals(text, trained.decodeToString(ids));
      assertArrayEquals(ids, trained.encode(text, EncodingOptions.text().withDropout(0.1, seed)), "the same seed");
      assertTrue(ids.length > plain, ids.length + " tokens");
      spellings.add(Arrays.toString(ids));
    }
    assertEquals(20, spellings.size());
    assertArrayEquals(trained.encode(text), trained.encode(text, EncodingOptions.text().withDropout(0, 5)));
    int rare = trained.encode(text, EncodingOptions.text().withDropout(0.05, 1)).length;
    int often = trained.encode(text, EncodingOptions.text().withDropout(0.9, 1)).length;
    assertTrue(rare < often, rare + " and " + often);
    assertNotEquals(0, often);
    assertThrows(IllegalArgumentException.class, () -> EncodingOptions.text().withDropout(1, 0));
    assertThrows(IllegalArgumentException.class, () -> EncodingOptions.text().withDropout(Double.NaN, 0));
  }
}
