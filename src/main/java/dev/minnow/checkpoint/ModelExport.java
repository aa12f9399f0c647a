package dev.minnow.checkpoint;

import dev.minnow.checkpoint.gguf.GgufWriter;
import dev.minnow.corpus.RunFiles;
import dev.minnow.tokenizer.FileProblem;
import dev.minnow.tokenizer.unicode.Quotes;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes a model for other programs. What is written goes to a hidden folder beside the target, is synced, and is then renamed: whatever
 * instant the power goes, the target is what it was before or is whole; only a folder that is replaced is away between two renames, and
 * then comes back with the next export to its place.
 */
public final class ModelExport {
  /** What a folder may hold to be replaced: what an export writes. */
  private static final List<String> OWN_FILES =
      List.of(
          HuggingFaceFolder.CONFIG,
          HuggingFaceFolder.GENERATION_CONFIG,
          HuggingFaceFolder.TOKENIZER,
          HuggingFaceFolder.TOKENIZER_CONFIG,
          RunFiles.WEIGHTS);

  /** The forms in which other programs read models. */
  public enum Format {
    /** A folder in the layout of Hugging Face transformers. */
    HF,
    /** One file for llama.cpp and the programs around it. */
    GGUF
  }

  /**
   * What was written.
   *
   * @param path of it
   * @param bytes of all its files
   * @param type of its matrices
   * @param tensors in it
   * @param notices what could not be said or stored as asked for, each as a sentence
   */
  public record Result(Path path, long bytes, ExportType type, int tensors, List<String> notices) {}

  private final Format format;
  private final ExportType type;
  private final Path out;
  private final boolean overwrite;
  private final FileOperations files;

  /**
   * Prepares to write a model.
   *
   * @param overwrite whether an earlier export at {@code out} is replaced
   * @throws IllegalArgumentException if the format has no such type, or something is there that is not to be replaced or is no export
   * @throws CheckpointException if what is there cannot be read
   */
  public ModelExport(Format format, ExportType type, Path out, boolean overwrite) {
    this(format, type, out, overwrite, FileOperations.SYSTEM);
  }

  ModelExport(Format format, ExportType type, Path out, boolean overwrite, FileOperations files) {
    if (format == Format.HF && type.safetensors().isEmpty()) {
      throw new IllegalArgumentException("A Hugging Face folder holds f32, f16 or bf16, and not " + type + "; choose --to gguf.");
    }
    requireFree(out, format, overwrite);
    this.format = format;
    this.type = type;
    this.out = out.toAbsolutePath().normalize();
    this.overwrite = overwrite;
    this.files = files;
  }

  private static void requireFree(Path out, Format format, boolean overwrite) {
    if (!Files.exists(out, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    if (!overwrite) {
      throw new IllegalArgumentException(out + " exists already; choose another --out or add --overwrite.");
    }
    if (format == Format.GGUF) {
      requireGguf(out);
    } else {
      requireExport(out);
    }
  }

  private static void requireGguf(Path file) {
    if (!Files.isRegularFile(file) || !ModelFiles.isGguf(file)) {
      throw new IllegalArgumentException(file + " is not a GGUF file that could be replaced; choose another --out.");
    }
  }

  private static void requireExport(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new IllegalArgumentException(folder + " is not a folder that could be replaced; choose another --out.");
    }
    try {
      for (Path child : FileOperations.children(folder)) {
        if (!OWN_FILES.contains(child.getFileName().toString())) {
          throw new IllegalArgumentException(
              "%s holds %s, which no export writes, so that replacing the folder would lose it; choose another --out."
                  .formatted(folder, Quotes.quote(child.getFileName().toString())));
        }
      }
    } catch (IOException e) {
      throw new CheckpointException(folder + " cannot be read: " + FileProblem.of(e) + "; check its permissions.", e);
    }
  }

  /**
   * Writes the model.
   *
   * @throws IllegalArgumentException if meanwhile there is something that is not to be replaced
   * @throws CheckpointException if the model has something that the format cannot say, or the file system refuses; what was there before
   *     is intact
   */
  public Result write(LoadedModel model) {
    Path parent = out.getParent();
    if (parent == null) {
      throw new CheckpointException(out + " is no place for a model; choose another --out.");
    }
    try {
      files.createFolder(parent);
      try (ExportPlace place = ExportPlace.take(out, files)) {
        // What a killed export had taken away is back.
        requireFree(out, format, overwrite);
        Result result = format == Format.GGUF ? writeGguf(model, place.unfinished()) : writeFolder(model, place.unfinished());
        place.publish();
        files.syncFolder(parent);
        return result;
      }
    } catch (IOException e) {
      throw new CheckpointException(
          "Writing %s failed: %s; free some space or check the permissions of its folder.".formatted(out, FileProblem.of(e)), e);
    }
  }

  private Result writeGguf(LoadedModel model, Path unfinished) throws IOException {
    List<String> notices = new ArrayList<>();
    try (Arena arena = Arena.ofConfined()) {
      GgufWriter writer = GgufModel.writer(model, name(), type, arena, notices);
      files.writeFile(unfinished, writer::writeTo);
      return new Result(out, Files.size(unfinished), type, writer.tensorCount(), notices);
    }
  }

  private Result writeFolder(LoadedModel model, Path unfinished) throws IOException {
    if (!HuggingFaceNames.areKnown(model.config())) {
      throw new CheckpointException(
          "No class of Hugging Face transformers has norms of queries and keys (qk-norm) in a gpt2; train with --arch llama to export it.");
    }
    files.createFolder(unfinished);
    int tensors = HuggingFaceFolder.write(unfinished, model, type.safetensors().orElseThrow(), files);
    files.syncFolder(unfinished);
    long bytes = 0;
    for (Path child : FileOperations.children(unfinished)) {
      bytes += Files.size(child);
    }
    return new Result(out, bytes, type, tensors, List.of());
  }

  /** The target's name without an extension. */
  private String name() {
    String file = String.valueOf(out.getFileName());
    return file.endsWith(".gguf") ? file.substring(0, file.length() - ".gguf".length()) : file;
  }
}
