package dev.minnow.corpus.prepare;

import dev.minnow.corpus.CorpusException;
import dev.minnow.corpus.RunFiles;
import dev.minnow.corpus.TokenFile;
import dev.minnow.tokenizer.Tokenizer;
import dev.minnow.tokenizer.TokenizerConfigJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A corpus as token files.
 *
 * @param training what is trained on
 * @param validation what is held out; absent when nothing was to be
 * @param documents documents in both together
 * @param reused whether the files were there already, made from the same text with the same tokenizer
 */
public record PreparedCorpus(TokenFile training, Optional<TokenFile> validation, long documents, boolean reused)
    implements
      AutoCloseable {
  static final String VALIDATION = "validation.tokens";
  static final String TOKENIZER = "tokenizer.json";
  static final String TOKENIZER_CONFIG = TokenizerConfigJson.FILE_NAME;
  static final String DROPPED = "dropped.jsonl";

  /** The folder that a word names, if it holds token files and their tokenizer as {@link Preparation} leaves them. */
  public static Optional<Path> find(String word) {
    try {
      Path folder = Path.of(word);
      boolean whole =
          Stream.of(PreparationManifest.NAME, RunFiles.TRAINING_TOKENS, TOKENIZER).allMatch(name -> Files.exists(folder.resolve(name)));
      return whole ? Optional.of(folder) : Optional.empty();
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }

  /**
   * Opens the token files in a folder that {@link #find} finds, once all their ids were read against the manifest.
   *
   * @throws CorpusException if they are damaged
   */
  public static PreparedCorpus open(Path folder) {
    PreparationManifest manifest =
        PreparationManifest.read(folder)
            .orElseThrow(() -> new CorpusException(folder + " has a manifest.json that is damaged; prepare the corpus again."));
    TokenFile training = TokenFile.open(folder.resolve(RunFiles.TRAINING_TOKENS));
    TokenFile heldOut = null;
    try {
      require(folder, training, manifest.training());
      if (manifest.validation() != null) {
        heldOut = TokenFile.open(folder.resolve(VALIDATION));
        require(folder, heldOut, manifest.validation());
      }
      return new PreparedCorpus(training, Optional.ofNullable(heldOut), manifest.documents(), true);
    } catch (CorpusException e) {
      training.close();
      if (heldOut != null) {
        heldOut.close();
      }
      throw e;
    }
  }

  private static void require(Path folder, TokenFile file, PreparationManifest.Contents contents) {
    if (!PreparationManifest.Contents.of(file).equals(contents)) {
      throw new CorpusException(folder + " has token files that are not those of its manifest.json; prepare the corpus again.");
    }
    file.verify();
  }

  /**
   * The tokenizer beside the token files in a folder.
   *
   * @throws CorpusException if it did not make them
   * @throws IOException if it cannot be read
   */
  public Tokenizer tokenizer(Path folder) throws IOException {
    Tokenizer tokenizer = Tokenizer.load(folder.resolve(TOKENIZER));
    if (!tokenizer.sha256().equals(training.tokenizerHash())) {
      throw new CorpusException(folder + " has a tokenizer.json that did not make its token files; prepare the corpus again.");
    }
    return tokenizer;
  }

  /** Bytes of text in both files together. */
  public long textBytes() {
    return training.textBytes() + validation.map(TokenFile::textBytes).orElse(0L);
  }

  /** Tokens in both files together. */
  public long tokenCount() {
    return training.tokenCount() + validation.map(TokenFile::tokenCount).orElse(0L);
  }

  /** Closes both files. */
  @Override
  public void close() {
    training.close();
    validation.ifPresent(TokenFile::close);
  }
}
