package dev.minnow.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.minnow.corpus.RunFiles;
import dev.minnow.tokenizer.FileProblem;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * What {@code training.json} says of the large files beside it, so that a run does not go on with weights that a disk has changed: the
 * CRC-32C of each.
 */
final class SaveChecksums {
  private static final String KEY = "crc32c";
  private static final List<String> FILES = List.of(RunFiles.WEIGHTS, SavedRun.MOMENTS);
  private static final int BUFFER_BYTES = 1 << 20;

  private SaveChecksums() {}

  /** Adds those of the files in a folder. */
  static void put(Path folder, ObjectNode state) throws IOException {
    ObjectNode checksums = state.putObject(KEY);
    for (String name : FILES) {
      checksums.put(name, of(folder.resolve(name)));
    }
  }

  /**
   * Requires that the files are those that were saved; earlier releases did not say which those are.
   *
   * @throws CheckpointException naming one that is not
   */
  static void require(Path folder, JsonFile state) {
    for (String name : state.value(KEY) == null ? List.<String>of() : FILES) {
      Path file = folder.resolve(name);
      JsonNode saved = state.object(KEY).path(name);
      try {
        if (!saved.isIntegralNumber() || saved.longValue() != of(file)) {
          throw new CheckpointException(file + " is not what was saved, by its checksum; copy it again.");
        }
      } catch (IOException e) {
        throw new CheckpointException(file + " cannot be read: " + FileProblem.of(e) + "; copy it again.", e);
      }
    }
  }

  private static long of(Path file) throws IOException {
    CRC32C crc = new CRC32C();
    ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      while (channel.read(buffer) >= 0) {
        crc.update(buffer.flip());
        buffer.clear();
      }
    }
    return crc.getValue();
  }
}
