package dev.minnow.generate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.minnow.checkpoint.HuggingFaceFolder;
import dev.minnow.checkpoint.LoadedModel;
import dev.minnow.kernel.Kernel;
import dev.minnow.kernel.KernelChoice;
import dev.minnow.kernel.WeightUse;
import dev.minnow.model.Network;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Scores of a small Llama, whose heads share keys and values in pairs, against PyTorch's in float64, however the tokens arrive. */
class LlamaSequenceTest {
  private static final Path FOLDER = Path.of("src/test/resources/golden/train-llama");

  static Stream<Arguments> kernelsAndPieces() {
    return Stream.of(1, 3, 5, 16)
        .flatMap(
            piece -> Stream.of(KernelChoice.SCALAR, KernelChoice.VECTOR, KernelChoice.AUTO)
                .map(choice -> Arguments.of(choice.open(WeightUse.FP32, 2), piece)));
  }

  @ParameterizedTest
  @MethodSource("kernelsAndPieces")
  void logitsAgreeWithPyTorch(Kernel kernel, int piece) throws IOException {
    JsonNode golden = new ObjectMapper().readTree(FOLDER.resolve("golden.json").toFile());
    JsonNode inputs = golden.get("inputs");
    int[] tokens = ints(inputs.get(inputs.size() - 1));
    try (kernel;
        LoadedModel model = HuggingFaceFolder.load(FOLDER);
        Network network = new Network(kernel, model.parameters(), WeightUse.FP32);
        Sequence sequence = new Sequence(kernel, network)) {
      float[] first = sequence.append(inputs.get(0).get(0).intValue()).toFloats();
      assertArrayEquals(floats(golden.get("logits_first_row")), first, 1e-5f);
      sequence.clear();
      float[] last = {};
      for (int from = 0; from < tokens.length; from += piece) {
        last = sequence.append(Arrays.copyOfRange(tokens, from, Math.min(from + piece, tokens.length))).toFloats();
      }
      assertArrayEquals(floats(golden.get("logits_last_row")), last, 1e-5f);
    }
  }

  private static int[] ints(JsonNode array) {
    return IntStream.range(0, array.size()).map(i -> array.get(i).intValue()).toArray();
  }

  private static float[] floats(JsonNode array) {
    float[] floats = new float[array.size()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = array.get(i).floatValue();
    }
    return floats;
  }
}
