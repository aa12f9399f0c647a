package dev.minnow.corpus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JdkSourcesTest {
  private static final Path JAVA_HOME = Path.of(System.getProperty("java.home"));

  @TempDir
  Path folder;

  private static void requireSources() {
    assumeTrue(Files.isReadable(JAVA_HOME.resolve("lib/src.zip")), "this JDK ships no sources");
  }

  @Test
  void theRunningJdksSourcesComeWithoutLicences() {
    requireSources();
    Corpus corpus = Corpus.of(JdkSources.of(JAVA_HOME, name -> name.startsWith("java.base/java/util/zip/")));
    Map<String, byte[]> documents = CorpusReading.documents(corpus);
    assertTrue(documents.size() > 20, documents.keySet()::toString);
    documents.forEach(
        (name, bytes) -> {
          String text = new String(bytes, StandardCharsets.UTF_8);
          assertFalse(text.contains("DO NOT ALTER OR REMOVE COPYRIGHT"), name);
          assertTrue(text.startsWith("package ") || text.startsWith("/**"), name);
        });
  }

  @Test
  void theLicencesOfTheXmlModuleGoWithTheBlockBeforeThem() {
    requireSources();
    Corpus corpus = Corpus.of(JdkSources.of(JAVA_HOME, name -> name.startsWith("java.xml/com/sun/org/apache/xerces/internal/util/")));
    CorpusReading.documents(corpus)
        .forEach((name, bytes) -> {
          String text = new String(bytes, StandardCharsets.UTF_8);
          assertFalse(text.contains("reserved comment block") || text.contains("Apache Software Foundation (ASF)"), name);
        });
  }

  @Test
  void modulesOfTablesAndOtherFilesAreLeftOut() throws IOException {
    Files.createDirectory(folder.resolve("lib"));
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(folder.resolve("lib/src.zip")))) {
      for (String name : List.of("java.base/A.java", "jdk.localedata/B.java", "jdk.charsets/C.java", "java.base/notes.txt",
          "jdk.charset/D.java")) {
        out.putNextEntry(new ZipEntry(name));
        out.write("/* Copyright */\nclass X {}\n".getBytes(StandardCharsets.UTF_8));
      }
    }
    Corpus corpus = Corpus.of(JdkSources.of(folder));
    assertEquals(List.of("java.base/A.java", "jdk.charset/D.java"), CorpusReading.names(corpus, folder.resolve("lib/src.zip!")));
    assertEquals(List.of("class X {}\n", "class X {}\n"), CorpusReading.texts(corpus));
  }

  @Test
  void aJdkWithoutSourcesIsRefusedNamingTheAlternative() {
    CorpusException refused = assertThrows(CorpusException.class, () -> JdkSources.of(folder));
    assertEquals(
        "The corpus jdk needs " + folder.resolve("lib/src.zip")
            + ", which this JDK does not ship; use a JDK with sources, such as Eclipse Temurin's, or any text of your own.",
        refused.getMessage());
  }

  @Test
  void theCatalogueNamesTheCorpus() {
    CorpusCatalog.Entry entry = CorpusCatalog.load().entries().getFirst();
    assertEquals("jdk", entry.name());
    assertFalse(entry.licence().isBlank() || entry.description().isBlank());
  }
}
