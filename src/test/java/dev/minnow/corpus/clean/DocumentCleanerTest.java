package dev.minnow.corpus.clean;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.minnow.corpus.TextPiece;
import dev.minnow.tokenizer.SharedData;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DocumentCleanerTest {
  private static final CleaningOptions DEFAULTS = CleaningOptions.defaults();

  private final DocumentCleaner cleaner = new DocumentCleaner(DEFAULTS, BoilerplateLines.none());

  private String clean(String text) {
    return clean("", text);
  }

  private String clean(String name, String text) {
    return text(cleaner.clean(new TextPiece(name, 0, utf8(text), true)));
  }

  private static byte[] whole(DocumentCleaner cleaner, byte[] document) {
    return cleaner.clean(new TextPiece("", 0, document, true)).utf8();
  }

  private static String text(TextPiece piece) {
    return new String(piece.utf8(), StandardCharsets.UTF_8);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void whatNobodySeesGoes() {
    assertEquals("\u00E9 co\u00F6perate", clean("e\u0301 co\u00ADo\u0308per\u200Bate"));
    assertEquals("a b c d", clean("\uFEFFa\u00A0b\u3000c\u2009d"));
    assertEquals("user", clean("\u202Eus\u0007er\u202C"));
    assertEquals("one\ntwo\nthree\nfour\nfive", clean("one\u2028two\rthree\u0085four\r\nfive"));
  }

  @Test
  void joinersStayWhereTheySpellAndGoElsewhere() {
    String persian = "\u0645\u06CC\u200C\u062E\u0648\u0627\u0647\u0645";
    String family = "\uD83D\uDC68\u200D\uD83D\uDC69\u200D\uD83D\uDC67";
    assertEquals(persian + " " + family, clean(persian + " " + family));
    assertEquals("ab", clean("a\u200Db\u200C"));
    assertEquals("\u0645b\u0645", clean("\u0645\u200Cb\u200C\u0645"));
  }

  @Test
  void linesAreTrimmedAndIndentationIsKept() {
    assertEquals("def f():\n    return 1\n\n\tx  y\n", clean("\n \ndef f():  \n    return 1\t\n\n \n\n\tx  y\n\n\n"));
    assertEquals("", clean(" \n\t\n"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"messy/blns.txt", "corpora/tiny-shakespeare.txt", "corpora/sherlock/1661-8.txt"})
  void cleaningTwiceIsCleaningOnce(String name) throws IOException {
    String once = clean(Files.readString(SharedData.require(name), StandardCharsets.ISO_8859_1));
    assertEquals(once, clean(once));
  }

  @Test
  void cleaningTwiceIsCleaningOnceWhateverTheCharacters() {
    long seed = 20261126;
    SplittableRandom random = new SplittableRandom(seed);
    int[] hard =
        {'\n', ' ', '\t', '\r', 'e', 0x301, 0x327, 0x200B, 0x200C, 0x200D, 0x212A, 0x37E, 0xA0, 0x2000, 0x3000, 0xAD, 0x2028, 0x85, 0x1100,
            0x1161, 0x11A8, 0x915, 0x93C, 0x1F468, 0xFE0F, 0xE0061, 0xFFFE, 0x62C, 0x387, 0x1FEF};
    for (int round = 0; round < 20_000; round++) {
      StringBuilder text = new StringBuilder();
      for (int i = random.nextInt(12); i >= 0; i--) {
        int any = random.nextInt(0x30000);
        boolean surrogate = any >= 0xD800 && any < 0xE000;
        text.appendCodePoint(random.nextInt(3) > 0 || surrogate ? hard[random.nextInt(hard.length)] : any);
      }
      String once = clean(text.toString());
      assertEquals(once, clean(once), "seed " + seed + ", round " + round + ": " + text.codePoints().boxed().toList());
    }
  }

  @Test
  void piecesMakeWhatTheWholeMakes() throws IOException {
    String page = "<!DOCTYPE html><html><head><script>if (a < b) { x(); }</script></head><body><!-- a > b -->"
        + "<p class=\"a\">Fish &amp; chips</p>\n\n\n<p>caf&eacute; </p> <style>p { }</style>end \n\n</body></html>";
    for (String text : new String[] {page, "  one \n\n\n two\n \n",
        Files.readString(SharedData.require("messy/blns.txt")).substring(0, 2000)}) {
      String whole = clean(text);
      for (int cut = 1; cut < text.length(); cut++) {
        // Readers do not cut within characters.
        if (text.charAt(cut) > '~' || text.charAt(cut - 1) > '~' || isHtmlUnseen(text, cut)) {
          continue;
        }
        String first = text(cleaner.clean(new TextPiece("", 0, utf8(text.substring(0, cut)), false)));
        String second = text(cleaner.clean(new TextPiece("", 1, utf8(text.substring(cut)), true)));
        assertEquals(whole, first + second, "cut at " + cut);
      }
    }
  }

  /** A piece is long; what it is shows in the first one. */
  private static boolean isHtmlUnseen(String text, int cut) {
    return text.startsWith("<!DOCTYPE") && cut < 20;
  }

  @Test
  void onlyHtmlLosesItsMarkup() {
    assertEquals("Fish & chips café\n", clean("<html><body>Fish &amp; chips caf&eacute;</body></html>\n").stripLeading());
    assertEquals("<b>b</b>", clean("page.HTML", "<b>b</b>").strip());
    assertEquals("b", clean(" <?xml version='1.0'?><!-- x --><!DOCTYPE html PUBLIC 'x'><b>b</b>").strip());
    String java = "List<String> names = a < b && c > d ? List.of() : null;\n";
    assertEquals(java, clean("A.java", java));
    String markdown = "# Title\n\n<b>bold</b> &amp; <html>\n";
    assertEquals(markdown, clean("README.md", markdown));
  }

  @Test
  void unclosedMarkupTakesLinearTime() {
    List<String> pages = new ArrayList<>(List.of("<!---->".repeat(1430), "<html>" + "<?".repeat(500_000) + "x>"));
    for (String part : new String[] {"<?", "<a ", "<!--", "&#", "<script>", "<", "<a b='", "<![CDATA[", "<!d", "</"}) {
      String page = "<html>" + part.repeat((1 << 17) / part.length());
      pages.add(page);
      pages.add(page + "x>");
    }
    for (String page : pages) {
      // In quadratic time, the third takes 15 s.
      String beginning = page.substring(0, 20);
      assertTimeoutPreemptively(Duration.ofSeconds(5), () -> clean(page), beginning);
    }
  }

  @Test
  void instructionsAreLeftOutAndThoseThatNothingEndsAreText() {
    assertEquals("ab", clean("<html>a<?x b?>b<?y <?z/>").strip());
    assertEquals("<?x <?y <?z", clean("<html><?x <?y <b><?z</b>").strip());
    assertEquals("<?x <?y", clean("<html><![CDATA[<?x]]> <![CDATA[<?y]]>").strip());
  }

  @Test
  void withoutOptionsNothingChanges() {
    byte[] text = utf8("<html>\u00A0 \n\n\n\u200B");
    assertSame(text, whole(new DocumentCleaner(CleaningOptions.none(), BoilerplateLines.none()), text));
  }

  @Test
  void linesThatManyDocumentsShareAreLeftOut() {
    String shared = "Subscribe to our newsletter for weekly updates";
    String code = "    public static void main(String[] args) {\n  public Node execute(Context context) throws java.io.IOException";
    LineCounts counts = new LineCounts();
    LineCounter counter = new LineCounter(counts);
    int documents = 100;
    for (int i = 0; i < documents; i++) {
      // Twice in a document counts once.
      String rare =
          i < LineCounts.LEAST_DOCUMENTS - 1 ? "\nThe rare line of some documents is here\nThe rare line of some documents is here" : "";
      counter.add(utf8("Document " + i + "\n  " + shared + "\n" + code + rare));
      counter.endDocument();
    }
    DocumentCleaner second = new DocumentCleaner(DEFAULTS, counts.freeze(documents));
    String text = "One\n\n" + shared + "  \n\nThe rare line of some documents is here\n" + code;
    byte[] once = whole(second, utf8(text));
    assertEquals("One\n\nThe rare line of some documents is here\n" + code, new String(once, StandardCharsets.UTF_8));
    assertArrayEquals(once, whole(second, once));
    DocumentCleaner keeping = new DocumentCleaner(new CleaningOptions(false, false, 0, 0, false, 0), counts.freeze(documents));
    assertEquals(text, new String(whole(keeping, utf8(text)), StandardCharsets.UTF_8));
  }
}
