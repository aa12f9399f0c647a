package dev.minnow.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.minnow.memory.Tensor;
import dev.minnow.model.ModelConfig;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Models that PyTorch and transformers wrote. */
class GptTwoGoldenTest {
  @Test
  void readsTheArchitectureFromConfigJson() {
    assertEquals(
        ModelConfig.gpt2(67, 16, 32, 2, 4, 128, 1e-5f), HuggingFaceFolder.readConfig(Golden.path("train-gpt2/config.json")));
  }

  /** The numbers were read from the file by other means. */
  @Test
  void readsValuesWhereTheLayoutPutsThem() {
    try (LoadedModel model = HuggingFaceFolder.load(Golden.path("train-gpt2"))) {
      Map<String, Tensor> ours = model.parameters().byName();
      assertEquals(-0.0308964513f, ours.get("wte.weight").getFloat(66 * 32 + 31));
      assertEquals(-0.0157456957f, ours.get("h.1.attn.key.weight").getFloat(5 * 32 + 3));
      assertEquals(-0.064039506f, ours.get("h.1.attn.value.bias").getFloat(7));
      assertEquals(0.0308311135f, ours.get("h.0.mlp.c_fc.weight").getFloat(127 * 32 + 1));
      assertEquals(0.0893780589f, ours.get("h.1.mlp.c_proj.weight").getFloat(2 * 128 + 127));
      assertEquals(0.175474212f, ours.get("ln_f.bias").getFloat(31));
    }
  }

  @Test
  void readsEveryElementOfEveryTensor() {
    ModelConfig config = ModelConfig.gpt2(61, 16, 32, 2, 2, 64, 1e-5f);
    try (SafetensorsFile file = SafetensorsFile.open(Golden.path("hf-gpt2-tiny/model.safetensors"));
        LoadedModel model = Golden.load(config, file.path())) {
      Map<String, Tensor> ours = model.parameters().byName();
      int elements = 0;
      for (Map.Entry<String, Tensor> entry : ours.entrySet()) {
        String name = entry.getKey();
        int part = Arrays.asList("query", "key", "value").indexOf(name.replaceFirst("h\\.\\d+\\.attn\\.(\\w+)\\..*", "$1"));
        Tensor theirs = file.tensor("transformer." + (part < 0 ? name : name.replaceFirst("query|key|value", "c_attn")));
        Tensor tensor = entry.getValue();
        long outputs = tensor.dimension(0);
        long inputs = tensor.rank() == 1 ? 1 : tensor.dimension(1);
        boolean conv1d = name.startsWith("h.") && tensor.rank() == 2;
        for (long o = 0; o < outputs; o++) {
          for (long i = 0; i < inputs; i++) {
            long column = Math.max(part, 0) * outputs + o;
            long at = conv1d ? i * theirs.dimension(1) + column : column * inputs + i;
            assertEquals(theirs.getFloat(at), tensor.getFloat(o * inputs + i), name);
            elements++;
          }
        }
      }
      assertEquals((78464) / Float.BYTES, elements);
    }
  }

  @Test
  void readsAnyTensorByName() {
    try (SafetensorsFile file = SafetensorsFile.open(Golden.path("train-gpt2/gradients.safetensors"))) {
      assertEquals(28, file.tensors().size());
      assertEquals("F32[32, 96]", file.tensor("transformer.h.0.attn.c_attn.weight").toString());
      String message = assertThrows(CheckpointException.class, () -> file.tensor("absent")).getMessage();
      assertTrue(message.contains("has no tensor \"absent\""), message);
    }
  }
}
