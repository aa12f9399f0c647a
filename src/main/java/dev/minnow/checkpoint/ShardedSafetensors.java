package dev.minnow.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import dev.minnow.tokenizer.unicode.Quotes;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Weights that are cut into several safetensors files in one folder, and the index that says which tensor is in which. Index and files
 * must agree in every tensor.
 */
final class ShardedSafetensors implements WeightFiles {
  private static final String MAP = "weight_map";

  /** The largest published models have some 200. */
  private static final int MOST_FILES = 4096;

  /** Of a file, in the systems that there are. */
  private static final int LONGEST_NAME = 255;

  /** An index names each tensor and its file. */
  private static final int LARGEST_INDEX_MEBIBYTES = 32;

  private final Path index;
  private final Map<String, SafetensorsFile> files = new LinkedHashMap<>();
  private final Map<String, TensorEntry> entries = new LinkedHashMap<>();
  private final Map<String, SafetensorsFile> fileOfTensor = new LinkedHashMap<>();

  private ShardedSafetensors(Path index) {
    this.index = index;
  }

  /**
   * Opens all files that an index names.
   *
   * @throws CheckpointException if the index or a file is malformed or missing, or naming a tensor in which they disagree
   */
  static ShardedSafetensors open(Path index) {
    JsonFile json = JsonFile.read(index, LARGEST_INDEX_MEBIBYTES);
    ShardedSafetensors sharded = new ShardedSafetensors(index);
    try {
      for (Map.Entry<String, JsonNode> entry : json.object(MAP).properties()) {
        sharded.add(entry.getKey(), entry.getValue());
      }
      sharded.requireAllNamed();
      return sharded;
    } catch (RuntimeException e) {
      sharded.close();
      throw e;
    }
  }

  private void add(String tensor, JsonNode name) {
    if (!name.isTextual() || !isPlainName(name.textValue())) {
      throw new CheckpointException(
          "%s puts the tensor %s into %s, which is not the plain name of a file beside it; copy or make it again."
              .formatted(index, Quotes.quote(tensor), Quotes.quote(name.asText(name.toString()))));
    }
    SafetensorsFile file = files.get(name.textValue());
    if (file == null) {
      if (files.size() == MOST_FILES) {
        throw new CheckpointException(index + " names more than " + MOST_FILES + " files; join some of them.");
      }
      Path path = index.resolveSibling(name.textValue());
      if (!Files.exists(path)) {
        throw new CheckpointException(
            "%s puts the tensor %s into %s, which is not there; copy it too.".formatted(index, Quotes.quote(tensor), path));
      }
      file = SafetensorsFile.open(path);
      files.put(name.textValue(), file);
    }
    TensorEntry entry = file.entries().get(tensor);
    if (entry == null) {
      throw new CheckpointException(
          "%s says that the tensor %s is in %s, which has no such tensor; copy or make them again."
              .formatted(index, Quotes.quote(tensor), file.path()));
    }
    entries.put(tensor, entry);
    fileOfTensor.put(tensor, file);
  }

  /** Whether a name leads nowhere but to a file in the same folder, on any system. */
  private static boolean isPlainName(String name) {
    if (name.length() > LONGEST_NAME || name.chars().anyMatch(Character::isISOControl)) {
      return false;
    }
    if (name.isEmpty() || name.equals(".") || name.equals("..") || name.contains("/") || name.contains("\\") || name.contains(":")) {
      return false;
    }
    try {
      return Path.of(name).getNameCount() == 1;
    } catch (InvalidPathException e) {
      return false;
    }
  }

  private void requireAllNamed() {
    for (SafetensorsFile file : files.values()) {
      for (String tensor : file.entries().keySet()) {
        if (file != fileOfTensor.get(tensor)) {
          throw new CheckpointException(
              "%s has the tensor %s, which %s does not say; copy or make them again."
                  .formatted(file.path(), Quotes.quote(tensor), index));
        }
      }
    }
  }

  @Override
  public Path path() {
    return index;
  }

  @Override
  public Map<String, TensorEntry> entries() {
    return Collections.unmodifiableMap(entries);
  }

  @Override
  public StoredTensor stored(TensorEntry entry) {
    SafetensorsFile file = fileOfTensor.get(entry.name());
    if (file == null) {
      throw new IllegalArgumentException("The tensor " + entry.name() + " is not in these files.");
    }
    return file.stored(entry);
  }

  @Override
  public void close() {
    files.values().forEach(SafetensorsFile::close);
  }
}
