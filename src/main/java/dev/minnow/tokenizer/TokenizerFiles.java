package dev.minnow.tokenizer;

import static dev.minnow.tokenizer.unicode.Quotes.quote;

import dev.minnow.tokenizer.split.SplitPattern;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** Finds and reads the files of a tokenizer. */
final class TokenizerFiles {
  /** The largest published {@code tokenizer.json} files have some 35 MB. */
  static final long LARGEST_BYTES = 64L << 20;

  private static final String TOKENIZER_JSON = "tokenizer.json";

  /** GPT-2's two files. */
  private record Pair(Path vocabulary, Path merges) {}

  /** Names of the two that are in use. */
  private static final List<List<String>> PAIRS = List.of(List.of("encoder.json", "vocab.bpe"), List.of("vocab.json", "merges.txt"));

  private TokenizerFiles() {}

  /**
   * @param pattern for a {@code .tiktoken} file, which has none of its own; null for any other
   * @throws IllegalArgumentException if there is no such pattern, or a file lacks one or has one of its own
   */
  static Tokenizer load(Path path, @Nullable String pattern) throws IOException {
    if (isTiktoken(path) && !Files.isDirectory(path)) {
      return TiktokenFile.read(text(path), path.toString(), pattern(pattern, path).components());
    }
    if (pattern != null) {
      throw new IllegalArgumentException(path + " has a pattern of its own; leave the pattern " + quote(pattern) + " out.");
    }
    if (Files.isDirectory(path)) {
      return loadFolder(path);
    }
    Optional<Pair> pair = pair(path);
    return pair.isPresent() ? loadPair(pair.get()) : loadJson(path);
  }

  private static SplitPattern pattern(@Nullable String name, Path file) {
    if (name == null) {
      throw new IllegalArgumentException(
          file + " does not say how text is cut into pieces; name the pattern: " + String.join(", ", SplitPattern.names()) + ".");
    }
    return SplitPattern.required(name);
  }

  /** @throws TokenizerException if {@link #save} would refuse to write this tokenizer in the form that the file's name says */
  static void requireFits(Tokenizer tokenizer, Path file) throws TokenizerException {
    Optional<Pair> pair = pair(file);
    if (pair.isPresent()) {
      Gpt2Files.requireFits(tokenizer, pair.get().vocabulary, pair.get().merges);
    } else if (isTiktoken(file)) {
      TiktokenFile.requireFits(tokenizer);
    }
  }

  private static boolean isTiktoken(Path file) {
    return file.toString().endsWith(TiktokenFile.EXTENSION);
  }

  static void save(Tokenizer tokenizer, Path file) throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    try {
      write(tokenizer, file);
    } catch (FileSystemException | TokenizerException e) {
      throw e;
    } catch (IOException e) {
      FileSystemException named = new FileSystemException(file.toString(), null, e.getMessage());
      named.initCause(e);
      throw named;
    }
  }

  private static void write(Tokenizer tokenizer, Path file) throws IOException {
    Optional<Pair> pair = pair(file);
    if (pair.isPresent()) {
      Gpt2Files.write(tokenizer, pair.get().vocabulary, pair.get().merges);
    } else {
      boolean tiktoken = isTiktoken(file);
      WholeFile.replace(file, tiktoken ? TiktokenFile.write(tokenizer) : tokenizer.toJson());
      if (!tiktoken) {
        saveConfig(tokenizer, file.resolveSibling(TokenizerConfigJson.FILE_NAME));
      }
    }
  }

  /** Where a text ends with another token than the usual one, only the file beside says so; one that is there belongs to somebody. */
  private static void saveConfig(Tokenizer tokenizer, Path config) throws IOException {
    OptionalInt usual = tokenizer.vocabulary().special(TokenizerParts.END_OF_TEXT);
    if (!tokenizer.endOfText().equals(usual) && Files.notExists(config)) {
      WholeFile.replace(config, TokenizerConfigJson.write(tokenizer, Integer.MAX_VALUE));
    }
  }

  static List<Path> saved(Path file) {
    return pair(file).map(pair -> List.of(pair.vocabulary, pair.merges)).orElse(List.of(file));
  }

  /** The pair that a file is one of, by its name. */
  private static Optional<Pair> pair(Path file) {
    String name = String.valueOf(file.getFileName());
    return PAIRS.stream()
        .filter(names -> names.contains(name))
        .findFirst()
        .map(names -> new Pair(file.resolveSibling(names.getFirst()), file.resolveSibling(names.getLast())));
  }

  private static Tokenizer loadFolder(Path folder) throws IOException {
    Path json = folder.resolve(TOKENIZER_JSON);
    if (Files.exists(json)) {
      return loadJson(json);
    }
    for (List<String> names : PAIRS) {
      if (names.stream().allMatch(name -> Files.exists(folder.resolve(name)))) {
        return loadPair(new Pair(folder.resolve(names.getFirst()), folder.resolve(names.getLast())));
      }
    }
    throw new TokenizerException(
        folder + " holds no tokenizer; give a folder with " + TOKENIZER_JSON + ", or with encoder.json and vocab.bpe.");
  }

  private static Tokenizer loadJson(Path file) throws IOException {
    Path config = file.resolveSibling(TokenizerConfigJson.FILE_NAME);
    if (!Files.exists(config)) {
      return TokenizerJsonReader.read(text(file), file.toString(), null);
    }
    TokenizerConfigJson beside = TokenizerConfigJson.read(text(config), config.toString());
    Tokenizer tokenizer = TokenizerJsonReader.read(text(file), file.toString(), beside.endOfText());
    beside.requireAgreement(tokenizer);
    return tokenizer;
  }

  private static Tokenizer loadPair(Pair pair) throws IOException {
    Path vocabulary = pair.vocabulary;
    Gpt2Settings settings = new Gpt2Settings();
    Path config = vocabulary.resolveSibling(TokenizerConfigJson.FILE_NAME);
    if (Files.exists(config)) {
      settings.readConfig(text(config), config.toString(), Files.exists(vocabulary.resolveSibling(TOKENIZER_JSON)));
    }
    Path special = vocabulary.resolveSibling(Gpt2Settings.SPECIAL_TOKENS);
    if (Files.exists(special)) {
      settings.readSpecialTokens(text(special), special.toString());
    }
    Path added = vocabulary.resolveSibling(Gpt2Settings.ADDED_TOKENS);
    if (Files.exists(added)) {
      settings.readAddedTokens(text(added), added.toString());
    }
    return Gpt2Files.read(text(vocabulary), vocabulary.toString(), text(pair.merges), pair.merges.toString(), settings);
  }

  private static String text(Path file) throws IOException {
    if (!Files.exists(file)) {
      throw new TokenizerException("There is no file " + file + "; give a folder or file that holds a tokenizer.");
    }
    if (!Files.isRegularFile(file) || Files.size(file) > LARGEST_BYTES) {
      throw new TokenizerException(
          file + " is no file of at most " + (LARGEST_BYTES >> 20) + " MiB, as tokenizers are; give another file.");
    }
    try {
      return Files.readString(file);
    } catch (CharacterCodingException e) {
      throw new TokenizerException(file + " is not UTF-8 text; copy or make it again.", e);
    } catch (AccessDeniedException e) {
      throw new TokenizerException(file + " may not be read; change its permissions or give another file.", e);
    }
  }
}
