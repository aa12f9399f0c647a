package dev.minnow.corpus.clean;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.minnow.tokenizer.SharedData;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LikenessTest {
  private static final double LEAST = CleaningOptions.defaults().minimumLikeness();
  private static final double MOST_DROPPED = 0.005;

  private static void requireLanguage(String name, String text) {
    float likeness = Passages.profile(text).likeness();
    assertTrue(likeness >= LEAST, name + ": " + likeness);
  }

  private static void requireNoise(String name, String text) {
    float likeness = Passages.profile(text).likeness();
    assertTrue(likeness < LEAST, name + ": " + likeness);
  }

  private static double dropped(List<String> documents) {
    return documents.stream().filter(text -> Passages.profile(text).likeness() < LEAST).count() / (double) documents.size();
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 2000, 20_000})
  void booksAndPlaysAreKept(int characters) throws IOException {
    List<String> documents = Passages.ofFolder(SharedData.require("corpora/books"), characters);
    documents.addAll(Passages.cut(Files.readString(SharedData.require("corpora/tiny-shakespeare.txt")), characters));
    double dropped = dropped(documents);
    assertTrue(dropped <= MOST_DROPPED, characters + " characters: " + dropped);
  }

  /** Escaped characters, hexadecimal and long numbers. */
  private static final Pattern DATA =
      Pattern.compile("\\\\u[0-9a-fA-F]{4}|0x[0-9a-fA-F]+|\\\\[0-7]{3}|\\b[0-9a-fA-F]*[0-9][0-9a-fA-F]{3,}\\b");

  @Test
  void sourcesOfTheJdkAreKeptButTables() throws IOException {
    Path archive = Path.of(System.getProperty("java.home"), "lib", "src.zip");
    Assumptions.assumeTrue(Files.exists(archive), "NOT TESTED: this JDK has no sources.");
    List<String> sources = new ArrayList<>();
    try (ZipFile zip = new ZipFile(archive.toFile())) {
      List<? extends ZipEntry> entries =
          zip.stream().filter(entry -> entry.getName().matches("(java.base|jdk.compiler|java.desktop)/.*\\.java")).toList();
      for (int i = 0; i < entries.size(); i += 8) {
        String source = new String(zip.getInputStream(entries.get(i)).readAllBytes(), StandardCharsets.UTF_8);
        int data = DATA.matcher(source).results().mapToInt(match -> match.end() - match.start()).sum();
        if (data < source.length() * 0.1) {
          sources.add(source);
        }
      }
    }
    double dropped = dropped(sources);
    assertTrue(sources.size() > 500 && dropped <= MOST_DROPPED, sources.size() + " files: " + dropped);
  }

  @Test
  void languagesOfManyScriptsAreKept() {
    requireLanguage("German", "Die Donaudampfschifffahrtsgesellschaft beförderte Fahrgäste; am 3. Mai 1829 wurde sie gegründet.");
    requireLanguage("Chinese", "道可道，非常道。名可名，非常名。無名天地之始；有名萬物之母。故常無欲，以觀其妙；常有欲，以觀其徼。".repeat(4));
    requireLanguage("Japanese", "メロスは激怒した。必ず、かの邪智暴虐の王を除かなければならぬと決意した。メロスには政治がわからぬ。".repeat(5));
    requireLanguage("Arabic", "يولد جميع الناس أحراراً متساوين في الكرامة والحقوق. وقد وهبوا عقلاً وضميراً.");
    requireLanguage("Thai", "มนุษย์ทั้งหลายเกิดมามีอิสระและเสมอภาคกันในเกียรติศักดิ์และสิทธิ");
    requireLanguage("Hindi", "सभी मनुष्यों को गौरव और अधिकारों के मामले में जन्मजात स्वतन्त्रता और समानता प्राप्त है।");
    requireLanguage("Polish", "Wszyscy ludzie rodzą się wolni i równi pod względem swej godności i swych praw. ".repeat(6));
    requireLanguage("Latin", "Lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do eiusmod tempor incididunt ut labore.");
  }

  @Test
  void codeMarkdownAndPoemsAreKept() throws IOException {
    requireLanguage("Python", """
            import numpy as np

            def softmax(x, axis=-1):
                x = x - np.max(x, axis=axis, keepdims=True)
                e = np.exp(x)
                return e / e.sum(axis=axis, keepdims=True)

            class Adam:
                def __init__(self, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
                    self.lr, self.b1, self.b2, self.eps = lr, beta1, beta2, eps
            """);
    requireLanguage("minified", "!function(e,t){\"object\"==typeof exports&&\"undefined\"!=typeof module?module.exports=t():\"function\"=="
        + "typeof define&&define.amd?define(t):(e=e||self).Vue=t()}(this,function(){\"use strict\";var e=Object.freeze({});});");
    requireLanguage("Markdown", Files.readString(Path.of("README.md")));
    requireLanguage("XML", Files.readString(Path.of("pom.xml")));
    requireLanguage("poem", """
            Row, row, row your boat,
            Gently down the stream.
            Merrily, merrily, merrily, merrily,
            Life is but a dream.
            """.repeat(4));
  }

  @Test
  void noiseIsTold() {
    Random random = new Random(1);
    byte[] bytes = new byte[6000];
    random.nextBytes(bytes);
    requireNoise("base64", Base64.getMimeEncoder().encodeToString(bytes));
    requireNoise("base64 of text", Base64.getMimeEncoder().encodeToString("Tea and no tea. ".repeat(200).getBytes(StandardCharsets.UTF_8)));
    requireNoise("short base64", Base64.getEncoder().encodeToString(new byte[] {1, 20, -30, 44, -15, 61, 97, -38, 120, 99, 10, -9, 3, 85}));
    requireNoise("hex", HexFormat.of().formatHex(bytes));
    requireNoise("hex dump", HexFormat.ofDelimiter(" ").formatHex(bytes));
    requireNoise("bytes as Latin-1", new String(bytes, StandardCharsets.ISO_8859_1));
    requireNoise("bytes as UTF-8", new String(bytes, StandardCharsets.UTF_8));
    requireNoise("printable",
        random.ints(3000, '!', '~').collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append).toString());
    requireNoise("code points", random.ints(3000, 0x100, 0xD800)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString());
    StringBuilder table = new StringBuilder();
    for (int i = 0; i < 400; i++) {
      table.append(String.format(Locale.ROOT, "%.4f%s", random.nextGaussian(), i % 8 == 7 ? "\n" : ","));
    }
    requireNoise("table", table.toString());
    requireNoise("one letter", "a".repeat(3000));
    requireNoise("rules", ("=".repeat(79) + "\n").repeat(30));
    requireNoise("laughter", "ha ha ".repeat(300));
    requireNoise("advertisement", "Buy now cheap pills online today! ".repeat(200));
    requireNoise("genes", "acgtgattacagatacccgtagatagcatgactagctacgatcgatcagt\n".repeat(20));
  }
}
