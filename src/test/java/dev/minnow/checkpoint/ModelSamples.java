package dev.minnow.checkpoint;

import dev.minnow.memory.Tensor;
import dev.minnow.model.ModelConfig;
import dev.minnow.model.ParameterSet;
import dev.minnow.model.ParameterTable;
import dev.minnow.model.Positions;
import dev.minnow.model.RotaryScaling;
import dev.minnow.tokenizer.BpeTrainer;
import dev.minnow.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Small whole models in every form that Minnow opens. */
final class ModelSamples {
  private static final String TEXT = "the cat sat on the mat; the rat sat on the hat, and that was that.\n".repeat(8);

  static final ModelConfig GPT2 = ModelConfig.gpt2(280, 8, 16, 2, 2, 32, 1e-5f);
  static final ModelConfig LLAMA =
      new ModelConfig(280, 8, 32, 2, 4, 2, 8, 32, ModelConfig.NormKind.RMS_NORM, 1e-6f,
          new Positions.Rotary(500, new RotaryScaling.Llama3(8, 1, 4, 16)), ModelConfig.Activation.SWIGLU, false, false);

  private ModelSamples() {}

  static Tokenizer tokenizer() {
    try {
      return new BpeTrainer(280).train(documents -> documents.accept(TEXT.getBytes(StandardCharsets.UTF_8)));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** A model with random weights; norms and biases too, so that none looks like another. */
  static LoadedModel random(ModelConfig config) {
    ParameterSet parameters = ParameterSet.initialized(new ParameterTable(config), 7);
    int seed = 1;
    for (Tensor tensor : parameters.byName().values()) {
      for (long i = 0; i < tensor.elementCount(); i++) {
        seed = seed * 1_103_515_245 + 12_345;
        tensor.setFloat(i, tensor.getFloat(i) + (seed >> 8) * 0x1p-27f);
      }
    }
    return new LoadedModel(config, parameters, Optional.of(tokenizer()));
  }

  /** A Hugging Face folder whose weights lie in two files. */
  static void writeSharded(Path folder, ModelConfig config) throws IOException {
    try (LoadedModel model = random(config)) {
      new ModelExport(ModelExport.Format.HF, ExportType.F32, folder, false).write(model);
    }
    Map<String, String> map = new LinkedHashMap<>();
    Path whole = folder.resolve("model.safetensors");
    try (SafetensorsFile file = SafetensorsFile.open(whole)) {
      List<SafetensorsWriter> writers = List.of(new SafetensorsWriter(), new SafetensorsWriter());
      List<String> names = new ArrayList<>(file.entries().keySet());
      for (int i = 0; i < names.size(); i++) {
        writers.get(i % 2).add(names.get(i), file.tensor(names.get(i)));
        map.put(names.get(i), shard(i % 2));
      }
      for (int i = 0; i < 2; i++) {
        FileOperations.SYSTEM.writeFile(folder.resolve(shard(i)), writers.get(i)::writeTo);
      }
    }
    Files.delete(whole);
    Files.write(folder.resolve("model.safetensors.index.json"), index(map));
  }

  static String shard(int number) {
    return "model-0000%d-of-00002.safetensors".formatted(number + 1);
  }

  static byte[] index(Map<String, String> fileOfTensor) {
    var json = JsonFile.newObject();
    json.putObject("metadata").put("total_size", 1);
    var map = json.putObject("weight_map");
    fileOfTensor.forEach(map::put);
    return JsonFile.bytes(json);
  }
}
