package dev.minnow.corpus;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.PatternSyntaxException;

/**
 * Turns a command line's words into sources: a name of the catalogue, a file, a folder (all files below it, sorted by path, hidden ones
 * and links to folders and training runs left out) or a glob. A file that comes twice is read once.
 */
final class SourceFinder {
  private static final String GLOB_CHARACTERS = "*?[{";

  private final CorpusCatalog catalog;
  private final Map<Path, Source> found = new LinkedHashMap<>();

  SourceFinder(CorpusCatalog catalog) {
    this.catalog = catalog;
  }

  /** The sources of all words before, in order. */
  List<Source> sources() {
    return List.copyOf(found.values());
  }

  /**
   * Adds what a word names. A name of the catalogue goes before a file of that name, which can be had as {@code ./NAME}.
   *
   * @throws CorpusException if the word names nothing that can be read
   */
  void add(String word) {
    Optional<Source> known = catalog.find(word);
    if (known.isPresent()) {
      add(known.get());
      return;
    }
    try {
      Optional<Path> path = path(word);
      if (path.isPresent() && Files.isDirectory(path.get())) {
        if (isOfTrainingRun(path.get())) {
          throw new CorpusException(word + " is what a training run saved, not text to train on; give the folder of its texts.");
        }
        addAll(word, filesBelow(path.get(), file -> true));
      } else if (path.isPresent() && Files.exists(path.get())) {
        addFile(word, path.get());
      } else if (word.chars().anyMatch(c -> GLOB_CHARACTERS.indexOf(c) >= 0)) {
        addAll(word, matches(word));
      } else {
        throw new CorpusException(
            word + " is neither a file or folder here nor a corpus known by name (" + catalog.names() + "); check the spelling.");
      }
    } catch (IOException e) {
      throw CorpusException.unreadable(word, e);
    }
  }

  private static Optional<Path> path(String word) {
    try {
      return Optional.of(Path.of(word));
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }

  private void addFile(String word, Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new CorpusException(word + " is not a regular file, and text is read more than once; save it to a file first.");
    }
    if (!Files.isReadable(file)) {
      throw new CorpusException(word + " may not be read; check its permissions.");
    }
    if (Files.size(file) == 0) {
      throw new CorpusException(word + " is empty; give a file with text in it.");
    }
    add(sourceOf(file, true));
  }

  private void addAll(String word, Collection<Path> files) throws IOException {
    if (files.isEmpty()) {
      throw new CorpusException(word + " holds or matches no visible file; check the path.");
    }
    for (Path file : files) {
      add(sourceOf(file, false));
    }
  }

  private void add(Source source) {
    Path file = source.file();
    try {
      found.putIfAbsent(file.toRealPath(), source);
    } catch (IOException e) {
      throw CorpusException.unreadable(file.toString(), e);
    }
  }

  /** @param named whether someone asked for this very file */
  static Source sourceOf(Path file, boolean named) {
    boolean zip = file.getFileName().toString().toLowerCase(Locale.ROOT).endsWith(".zip");
    return zip ? ZipSource.ofAll(file) : new FileSource(file, named);
  }

  private static List<Path> matches(String glob) throws IOException {
    String pattern = glob.replace('\\', '/');
    int firstSpecial = 0;
    while (GLOB_CHARACTERS.indexOf(pattern.charAt(firstSpecial)) < 0) {
      firstSpecial++;
    }
    int slash = pattern.lastIndexOf('/', firstSpecial);
    Path base = Path.of(pattern.substring(0, slash + 1));
    String rest = pattern.substring(slash + 1);
    if (!Files.isDirectory(base.toAbsolutePath())) {
      return List.of();
    }
    try {
      PathMatcher matcher = base.getFileSystem().getPathMatcher("glob:" + rest);
      return filesBelow(base, file -> matcher.matches(base.relativize(file)));
    } catch (PatternSyntaxException e) {
      throw new CorpusException(glob + " is not a glob (" + e.getDescription() + "); write it as in: 'texts/**.txt'", e);
    }
  }

  private static List<Path> filesBelow(Path folder, Predicate<Path> wanted) throws IOException {
    List<Path> files = new ArrayList<>();
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
            boolean skipped = !directory.equals(folder) && (isHidden(directory) || isOfTrainingRun(directory));
            return skipped ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
            if (!isHidden(file) && Files.isRegularFile(file) && Files.size(file) > 0 && wanted.test(file)) {
              files.add(file);
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException cause) {
            throw CorpusException.unreadable(file.toString(), cause);
          }
        });
    // Not the order of Path, which differs between systems.
    files.sort(Comparator.comparing(file -> file.toString().replace('\\', '/')));
    return files;
  }

  /** Whether this is a run's folder, one of its saves, or its tokens: a folder of texts may well hold the models made from them. */
  private static boolean isOfTrainingRun(Path folder) {
    boolean saved =
        Files.exists(folder.resolve("model.safetensors"))
            && (Files.exists(folder.resolve("training.json")) || Files.isDirectory(folder.resolve("steps")));
    boolean begun = Files.exists(folder.resolve("metrics.jsonl")) && Files.isDirectory(folder.resolve("tokens"));
    return saved || begun || Files.exists(folder.resolve("training.tokens"));
  }

  private static boolean isHidden(Path path) {
    return path.getFileName().toString().startsWith(".");
  }
}
