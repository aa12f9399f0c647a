package dev.minnow.checkpoint;

import dev.minnow.checkpoint.gguf.GgufFile;
import dev.minnow.tokenizer.FileProblem;
import dev.minnow.tokenizer.Tokenizer;
import dev.minnow.tokenizer.TokenizerException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Opens a model of any kind that Minnow reads: a folder in the layout of Hugging Face, or a GGUF file. What a file is is decided here and
 * by its content, not by its name.
 */
public final class ModelFiles {
  private static final int START_BYTES = 8;

  private ModelFiles() {}

  /**
   * Opens a model; of a training run, the one at the top level. A thread that is interrupted opens it as well, and stays interrupted.
   *
   * @throws CheckpointException naming what is missing, damaged or not supported
   */
  public static LoadedModel load(Path path) {
    if (!path.getFileSystem().equals(FileSystems.getDefault())) {
      throw new CheckpointException(path + " is not in a file system whose files can be mapped; copy it to a disk.");
    }
    return Uninterrupted.get(() -> isModelFile(path) ? GgufModel.load(path) : new CheckpointFolder(path).load());
  }

  /**
   * Opens only the tokenizer that belongs to a model, or that {@link Tokenizer#load(Path)} finds.
   *
   * @throws CheckpointException if a model's file is damaged
   * @throws TokenizerException if there is none, or it is damaged or not supported
   * @throws IllegalArgumentException if it is a {@code .tiktoken} file, which needs a pattern
   */
  public static Tokenizer loadTokenizer(Path path) throws IOException {
    if (Files.isDirectory(path)) {
      return HuggingFaceFolder.loadTokenizer(path);
    }
    if (!Files.isRegularFile(path) || !isGguf(path)) {
      return Tokenizer.load(path);
    }
    return Uninterrupted.get(() -> GgufModel.tokenizer(path))
        .orElseThrow(() -> new TokenizerException(path + " holds a model without a tokenizer; give the tokenizer's own file."));
  }

  /** Whether a file begins as GGUF files do. */
  static boolean isGguf(Path file) {
    return GgufFile.isGguf(start(file));
  }

  /** Whether a path is a GGUF file; false for a folder. */
  private static boolean isModelFile(Path path) {
    if (!Files.isRegularFile(path)) {
      return false;
    }
    if (isGguf(path)) {
      return true;
    }
    if (Pickle.startsAs(start(path))) {
      throw Pickle.refused(path);
    }
    throw new CheckpointException(
        path + " is neither a model folder nor a GGUF file; give the folder with the config.json, or a .gguf file.");
  }

  private static byte[] start(Path path) {
    try (InputStream in = Files.newInputStream(path)) {
      return in.readNBytes(START_BYTES);
    } catch (IOException e) {
      throw new CheckpointException(
          path + " cannot be read: " + FileProblem.of(e) + "; check the file and its permissions.", e);
    }
  }
}
