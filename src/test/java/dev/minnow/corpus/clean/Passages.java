package dev.minnow.corpus.clean;

import dev.minnow.corpus.TextPiece;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Texts cut into documents, and the files of profiles made of them. */
final class Passages {
  private Passages() {}

  /** Passages of at least so many characters, each but the last ending before white space. */
  static List<String> cut(String text, int characters) {
    List<String> passages = new ArrayList<>();
    for (int from = 0; from < text.length();) {
      int to = Math.min(from + characters, text.length());
      while (to < text.length() && !Character.isWhitespace(text.charAt(to))) {
        to++;
      }
      passages.add(text.substring(from, to));
      from = to;
    }
    return passages;
  }

  /** The passages of all files of a folder, in the order of their names. */
  static List<String> ofFolder(Path folder, int characters) throws IOException {
    List<String> passages = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.sorted().toList()) {
        passages.addAll(cut(Files.readString(file), characters));
      }
    }
    return passages;
  }

  static DocumentProfile profile(String text) {
    ProfileBuilder builder = new ProfileBuilder();
    builder.add(text.getBytes(StandardCharsets.UTF_8));
    return builder.finish();
  }

  /** Cleans and groups documents by way of a file in this folder. */
  static DuplicateGroups group(List<String> documents, double similarity, Path folder) throws IOException {
    DocumentCleaner cleaner = new DocumentCleaner(CleaningOptions.defaults(), BoilerplateLines.none());
    ProfileBuilder builder = new ProfileBuilder();
    Path file = Files.createTempFile(folder, "profiles", "");
    try (var out = Files.newOutputStream(file)) {
      for (String document : documents) {
        builder.add(cleaner.clean(new TextPiece("", 0, document.getBytes(StandardCharsets.UTF_8), true)).utf8());
        out.write(builder.finish().toBytes());
      }
    }
    return DuplicateGroups.find(file, document -> true, similarity);
  }
}
