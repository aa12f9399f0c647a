package dev.minnow.corpus.prepare;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.minnow.corpus.Corpus;
import dev.minnow.corpus.TokenFile;
import dev.minnow.corpus.clean.CleaningOptions;
import dev.minnow.tokenizer.WholeFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The file {@code manifest.json} beside token files: what they were made from. It is written last and removed first, so where there is
 * one the files are whole.
 *
 * @param request what was asked for
 * @param documents documents in both files together
 * @param validation absent where nothing was held out
 * @param preparation how the text was cleaned; absent where it was taken as it is
 */
public record PreparationManifest(Request request, long documents, Contents training, @Nullable Contents validation,
    @Nullable PreparationReport preparation) {
  static final String NAME = "manifest.json";

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES, DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .build();

  /**
   * Everything that decides what the token files hold.
   *
   * @param format changes with the way that text is cleaned, cut, split and joined
   * @param tokenizerSha256 null where one is trained on the text
   * @param vocabularySize of the tokenizer, or wanted of the one that is trained
   * @param validationFraction null for {@link dev.minnow.corpus.HeldOutSplit#usualFraction}
   * @param cleaning null where the text is taken as it is
   * @param keepDuplicates whether copies stay
   */
  public record Request(int format, List<Corpus.Fingerprint> sources, @Nullable String tokenizerSha256, int vocabularySize,
      @Nullable Double validationFraction, @Nullable CleaningOptions cleaning, boolean keepDuplicates) {
    static final int FORMAT = 3;

    byte[] toJson() {
      return json(this);
    }

    static Optional<Request> fromJson(byte[] bytes) {
      try {
        return Optional.ofNullable(JSON.readValue(bytes, Request.class));
      } catch (IOException e) {
        return Optional.empty();
      }
    }
  }

  /** One token file in short. */
  public record Contents(long tokens, long textBytes, int idsChecksum) {
    static Contents of(TokenFile file) {
      return new Contents(file.tokenCount(), file.textBytes(), file.idsChecksum());
    }
  }

  /** The folder's manifest, or nothing where there is none that can be read: then the files are made anew. */
  public static Optional<PreparationManifest> read(Path folder) {
    try {
      return Optional.ofNullable(JSON.readValue(file(folder).toFile(), PreparationManifest.class));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** The place of a folder's manifest. */
  public static Path file(Path folder) {
    return folder.resolve(NAME);
  }

  static void remove(Path folder) throws IOException {
    Files.deleteIfExists(file(folder));
  }

  byte[] toJson() {
    return json(this);
  }

  private static byte[] json(Object value) {
    try {
      return JSON.writeValueAsBytes(value);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  void write(Path folder) throws IOException {
    WholeFile.replace(file(folder), toJson());
  }
}
