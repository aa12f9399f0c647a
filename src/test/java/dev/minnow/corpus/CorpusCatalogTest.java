package dev.minnow.corpus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.minnow.corpus.fetch.FetchException;
import dev.minnow.corpus.fetch.RemoteFile;
import dev.minnow.corpus.fetch.ScriptedServer;
import dev.minnow.tokenizer.SharedData;
import dev.minnow.tokenizer.WorkListener;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CorpusCatalogTest {
  @TempDir
  Path folder;

  private CorpusCatalog catalog(String... files) throws IOException {
    List<String> entries = new ArrayList<>();
    for (String file : files) {
      entries.add("{\"name\":\"corpus" + entries.size() + "\",\"description\":\"d\",\"contents\":\"c\",\"licence\":\"free\",\"bytes\":1,"
          + file + "}");
    }
    String json = "{\"corpora\":[" + String.join(",", entries) + "]}";
    return CorpusCatalog.read(new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)), folder);
  }

  private static String file(ScriptedServer server, String name, int bytes) {
    return "\"file\":{\"name\":\"%s\",\"addresses\":[\"%s\"],\"bytes\":%d,\"exact\":true,\"sha256\":null}"
        .formatted(name, server.address("/" + name), bytes);
  }

  @Test
  void everyEntryIsWholeAndFetchedSecurelyAndVerifiably() {
    Set<String> names = new HashSet<>();
    for (CorpusCatalog.Entry entry : CorpusCatalog.load().entries()) {
      assertTrue(names.add(entry.name()) && entry.name().matches("[a-z0-9][a-z0-9-]*"), entry.name());
      assertFalse(entry.description().isBlank() || entry.contents().isBlank() || entry.licence().isBlank(), entry.name());
      RemoteFile file = entry.file();
      if (file != null) {
        assertTrue(file.addresses().stream().allMatch(address -> address.getScheme().equals("https")), entry.name());
        assertTrue(file.sha256() != null, entry.name());
        assertEquals(entry.entry() != null, file.name().endsWith(".zip"), entry.name());
      }
    }
    assertEquals(Set.of("jdk", "tiny-shakespeare", "tinystories", "wikitext-2", "fineweb-edu-sample"), names);
  }

  @Test
  void aNameBecomesTheTextThatIsFetched() throws IOException {
    byte[] text = "once upon a time".getBytes(StandardCharsets.UTF_8);
    List<String> notices = new ArrayList<>();
    try (ScriptedServer server = new ScriptedServer(ScriptedServer.file(text, "\"a\""))) {
      CorpusCatalog catalog = catalog(file(server, "story.txt", text.length)).withListener(new WorkListener() {
        @Override
        public void noticed(String sentence) {
          notices.add(sentence);
        }
      });
      CorpusCatalog.Entry entry = catalog.entries().getFirst();
      assertFalse(catalog.isHere(entry));
      assertEquals(List.of("once upon a time"), CorpusReading.texts(open(List.of("corpus0"), catalog)));
      assertTrue(catalog.isHere(entry));
      assertEquals(folder.resolve("corpus0/story.txt"), catalog.path(entry));
      assertEquals(1, notices.size());
      assertEquals(List.of("once upon a time"), CorpusReading.texts(open(List.of("corpus0"), catalog)));
      assertEquals(1, server.requests().size());
    }
  }

  @Test
  void nothingIsFetchedThatNobodyNames() throws IOException {
    try (ScriptedServer server = new ScriptedServer(ScriptedServer.file(new byte[] {'a'}, "\"a\""))) {
      CorpusCatalog catalog = catalog(file(server, "a.txt", 1), file(server, "b.txt", 1));
      assertEquals(Optional.empty(), catalog.find("corpus2"));
      assertThrows(CorpusException.class, () -> open(List.of("corpus2"), catalog));
      assertTrue(catalog.find("corpus1").isPresent());
      assertEquals(List.of("/b.txt"), server.requests().stream().map(ScriptedServer.Request::path).toList());
    }
  }

  @Test
  void linesOfJsonAreDocumentsAndOfAnArchiveTheChosenEntryIsRead() throws IOException {
    ByteArrayOutputStream zip = new ByteArrayOutputStream();
    try (ZipOutputStream out = new ZipOutputStream(zip)) {
      for (String name : List.of("x/test.raw", "x/train.raw", "x/train.raw.txt")) {
        out.putNextEntry(new ZipEntry(name));
        out.write(name.getBytes(StandardCharsets.UTF_8));
      }
    }
    byte[] lines = "{\"text\":\"one\"}\n{\"text\":\"two\"}".getBytes(StandardCharsets.UTF_8);
    try (ScriptedServer server =
        new ScriptedServer((request, out) -> ScriptedServer.file(request.path().endsWith(".zip") ? zip.toByteArray() : lines, "\"a\"")
            .answer(request, out))) {
      CorpusCatalog catalog =
          catalog(file(server, "a.zip", zip.size()) + ",\"entry\":\"x/train.raw\"", file(server, "b.jsonl", lines.length));
      assertEquals(List.of("x/train.raw", "one", "two"), CorpusReading.texts(open(List.of("corpus0", "corpus1"), catalog)));
    }
  }

  @Test
  void theFileThatPeopleHaveIsTheOneThatTheCatalogueMeans() throws IOException {
    Path shared = SharedData.require("corpora/tiny-shakespeare.txt");
    CorpusCatalog.Entry entry =
        CorpusCatalog.load().entries().stream().filter(candidate -> candidate.name().equals("tiny-shakespeare")).findFirst().orElseThrow();
    try (InputStream in = CorpusCatalog.class.getResourceAsStream("catalog.json")) {
      CorpusCatalog catalog = CorpusCatalog.read(in, folder);
      Files.createDirectories(catalog.path(entry).getParent());
      Files.copy(shared, catalog.path(entry));
      assertEquals(1_115_394, open(List.of("tiny-shakespeare"), catalog).totals().bytes());
      Files.writeString(catalog.path(entry), Files.readString(shared).replace("First Citizen", "first Citizen"));
      String message = assertThrows(FetchException.class, () -> open(List.of("tiny-shakespeare"), catalog)).getMessage();
      assertTrue(message.contains("86c4e6aa9db7c042ec79f339dcb96d42b0075e16b8fc2e86bf0ca57e2dc565ed"), message);
    }
  }

  @Test
  void corporaLieWhereTheEnvironmentSaysElseInTheProjectElseAtHome() throws IOException {
    Path home = folder.resolve("home");
    Path jar = folder.resolve("project/target/launcher/minnow.jar");
    Path cache = home.resolve(".cache/minnow/corpora");
    assertEquals(cache, CorporaFolder.of(Map.of(), Optional.empty(), home));
    assertEquals(cache, CorporaFolder.of(Map.of("MINNOW_CORPORA", ""), Optional.of(jar), home));
    Path corpora = Files.createDirectories(folder.resolve("project/corpora"));
    assertEquals(cache, CorporaFolder.of(Map.of(), Optional.of(jar), home));
    Files.writeString(corpora.resolve("catalog.json"), "{}");
    assertEquals(corpora, CorporaFolder.of(Map.of(), Optional.of(jar), home));
    assertEquals(folder.resolve("x"), CorporaFolder.of(Map.of("MINNOW_CORPORA", folder + "/y/../x"), Optional.of(jar), home));
  }

  private static Corpus open(List<String> words, CorpusCatalog catalog) {
    return Corpus.open(words, ReadingOptions.defaults(), catalog, InputStream.nullInputStream());
  }
}
