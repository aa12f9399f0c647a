package dev.minnow.checkpoint;

import java.nio.file.Path;
import java.util.Map;

/** The tensors of a model in one safetensors file or several. */
interface WeightFiles extends AutoCloseable {
  /** What errors name: the file, or the index of the files. */
  Path path();

  /** All tensors by name. */
  Map<String, TensorEntry> entries();

  /**
   * The bytes of one of {@link #entries}.
   *
   * @throws CheckpointException if its type does not widen to F32
   */
  StoredTensor stored(TensorEntry entry);

  /** Ends the mapping of all files. */
  @Override
  void close();
}
