package dev.minnow.corpus;

import dev.minnow.corpus.read.ProblemKind;
import dev.minnow.corpus.read.ReadingFault;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * Turns a command line's words into sources: a name of the catalogue, a file, a folder or a link to one (all files below it, sorted by
 * path, hidden ones, training runs and further links to folders left out), a glob, or {@code -}, which is standard input. A file that
 * comes twice is read once.
 */
final class SourceFinder {
  /**
   * What one word names.
   *
   * @param sources without those that a word before names as well
   */
  record Found(String word, List<Source> sources) {}

  private final CorpusCatalog catalog;
  private final ReadingOptions options;
  private final InputStream standardInput;
  private final ReadingProblems problems = new ReadingProblems();
  private final Set<Path> seen = new HashSet<>();
  private final List<Found> found = new ArrayList<>();
  private boolean standardInputTaken;

  SourceFinder(CorpusCatalog catalog, ReadingOptions options, InputStream standardInput) {
    this.catalog = catalog;
    this.options = options;
    this.standardInput = standardInput;
  }

  /** The sources of all words before, in order. */
  List<Found> found() {
    return List.copyOf(found);
  }

  /** Files and folders that were met on the way and cannot be read. */
  ReadingProblems problems() {
    return problems;
  }

  /**
   * Adds what a word names. A name of the catalogue goes before a file of that name, which can be had as {@code ./NAME}.
   *
   * @throws CorpusException if the word names nothing that can be read
   */
  void add(String word) {
    List<Source> sources = new ArrayList<>();
    for (Source source : sources(word)) {
      try {
        if (seen.add(source.file().toRealPath())) {
          sources.add(source);
        }
      } catch (IOException e) {
        problems.lost(source.name(), e);
      }
    }
    found.add(new Found(word, List.copyOf(sources)));
  }

  private List<Source> sources(String word) {
    if (word.equals(Corpus.STANDARD_INPUT)) {
      boolean first = !standardInputTaken;
      standardInputTaken = true;
      return first ? List.of(StandardInput.keep(standardInput, options)) : List.of();
    }
    Optional<Source> known = catalog.find(word);
    if (known.isPresent()) {
      return List.of(known.get());
    }
    try {
      Optional<Path> path = path(word);
      if (path.isPresent() && Files.isDirectory(path.get())) {
        if (RunFiles.tokensAreIn(path.get())) {
          throw new CorpusException(word + " holds tokens, which train takes alone, and no text; give the folder of its texts.");
        }
        if (RunFiles.areIn(path.get())) {
          throw new CorpusException(word + " is what a training run saved, not text to train on; give the folder of its texts.");
        }
        return all(word, filesBelow(path.get(), GlobPaths.ALL));
      }
      if (path.isPresent() && Files.exists(path.get())) {
        return List.of(file(word, path.get()));
      }
      Glob glob = Glob.of(word, Path.of("")).orElseThrow(() -> unknown(word));
      return all(word, matches(word, glob));
    } catch (IOException e) {
      throw CorpusException.unreadable(word, e);
    }
  }

  private CorpusException unknown(String word) {
    return new CorpusException(
        word + " is neither a file or folder here nor a corpus known by name (" + catalog.names() + "); check the spelling.");
  }

  private static Optional<Path> path(String word) {
    try {
      return Optional.of(Path.of(word));
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }

  private static Source file(String word, Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw CorpusException.unreadable(word, notRegular(file));
    }
    if (!Files.isReadable(file)) {
      throw new CorpusException(word + " may not be read; check its permissions.");
    }
    if (Files.size(file) == 0) {
      throw new CorpusException(word + " is empty; give a file with text in it.");
    }
    return sourceOf(file, true);
  }

  private static IOException notRegular(Path file) {
    return Files.exists(file)
        ? new ReadingFault(
            ProblemKind.UNREADABLE, "is not a regular file, and text is read more than once; save it to a file first.")
        : new ReadingFault(ProblemKind.UNREADABLE, "is a link to what does not exist; mend or remove it.");
  }

  private static List<Source> all(String word, Collection<Path> files) {
    if (files.isEmpty()) {
      throw new CorpusException(word + " holds or matches no visible file; check the path.");
    }
    return files.stream().map(file -> sourceOf(file, false)).toList();
  }

  /** @param named whether someone asked for this very file */
  static Source sourceOf(Path file, boolean named) {
    boolean zip = file.getFileName().toString().toLowerCase(Locale.ROOT).endsWith(".zip");
    return zip ? ZipSource.ofAll(file) : FileSource.of(file, named);
  }

  private List<Path> matches(String word, Glob glob) throws IOException {
    Path folder = glob.folder();
    if (!Files.isDirectory(folder.toAbsolutePath())) {
      return List.of();
    }
    try {
      return filesBelow(folder, GlobPaths.of(glob.pattern(), folder.getFileSystem()));
    } catch (PatternSyntaxException e) {
      throw new CorpusException(word + " is not a glob (" + e.getDescription() + "); write it as in: 'texts/**.txt'", e);
    }
  }

  /** Where the folder itself is a link, it is what the link leads to; links in it to folders are left out. */
  private List<Path> filesBelow(Path folder, GlobPaths wanted) throws IOException {
    Path start = Files.isSymbolicLink(folder) ? folder.toRealPath() : folder;
    UnaryOperator<Path> asNamed = met -> folder.resolve(start.relativize(met));
    List<Path> files = new ArrayList<>();
    Files.walkFileTree(
        start,
        Set.of(),
        wanted.depth(),
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
            boolean skipped =
                !directory.equals(start)
                    && (isHidden(directory) || !wanted.mayLieIn(start.relativize(directory)) || RunFiles.areIn(directory));
            return skipped ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path met, BasicFileAttributes attributes) {
            if (isHidden(met) || Files.isDirectory(met) || !wanted.has(start.relativize(met))) {
              return FileVisitResult.CONTINUE;
            }
            Path file = asNamed.apply(met);
            if (!Files.isRegularFile(file)) {
              problems.lost(file.toString(), notRegular(file));
            } else if (!attributes.isRegularFile() || attributes.size() > 0) {
              files.add(file);
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path met, IOException cause) throws IOException {
            if (met.equals(start)) {
              throw cause;
            }
            Path relative = start.relativize(met);
            if (!isHidden(met) && (wanted.mayLieIn(relative) || wanted.has(relative))) {
              problems.lost(asNamed.apply(met).toString(), cause);
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException cause) {
            if (cause != null) {
              problems.lost(asNamed.apply(directory).toString(), cause);
            }
            return FileVisitResult.CONTINUE;
          }
        });
    // Not the order of Path, which differs between systems.
    files.sort(Comparator.comparing(file -> file.toString().replace('\\', '/')));
    return files;
  }

  private static boolean isHidden(Path path) {
    return path.getFileName().toString().startsWith(".");
  }
}
