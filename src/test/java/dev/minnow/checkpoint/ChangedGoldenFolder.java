package dev.minnow.checkpoint;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.minnow.memory.ElementType;
import dev.minnow.memory.Tensor;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A copy of a golden model folder, for tests that change one thing of it at a time. */
abstract class ChangedGoldenFolder {
  static final ObjectMapper JSON = new ObjectMapper();

  @TempDir
  Path folder;

  ObjectNode config = JSON.createObjectNode();

  private final String golden;

  ChangedGoldenFolder(String golden) {
    this.golden = golden;
  }

  @BeforeEach
  void copyGolden() throws IOException {
    config = (ObjectNode) JSON.readTree(Golden.path(golden + "/config.json").toFile());
    Files.copy(Golden.path(golden + "/model.safetensors"), folder.resolve("model.safetensors"));
    writeConfig();
  }

  void writeConfig() throws IOException {
    JSON.writeValue(folder.resolve("config.json").toFile(), config);
  }

  /** What is said of the folder, which must not open. */
  String failure() {
    String message = assertThrows(CheckpointException.class, () -> HuggingFaceFolder.load(folder).close()).getMessage();
    assertTrue(message.contains(folder.toString()) && message.endsWith("."), message);
    return message;
  }

  void rewriteWeights(Consumer<Map<String, Tensor>> change) throws IOException {
    Path source = folder.resolve("model.safetensors");
    Path target = folder.resolve("changed");
    try (SafetensorsFile file = SafetensorsFile.open(source);
        FileChannel channel = FileChannel.open(target, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      Map<String, Tensor> tensors = new LinkedHashMap<>(file.tensors());
      change.accept(tensors);
      SafetensorsWriter writer = new SafetensorsWriter();
      tensors.forEach(writer::add);
      writer.writeTo(channel);
    }
    Files.delete(source);
    Files.move(target, source);
  }

  static Tensor tensor(long... shape) {
    return Tensor.of(Arena.ofAuto().allocate(4 * Tensor.elementCount(shape)), ElementType.F32, shape);
  }
}
