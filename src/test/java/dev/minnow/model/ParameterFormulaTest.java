package dev.minnow.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A formula, computed, is the count that it explains. */
class ParameterFormulaTest {
  /** Sizes of which hardly any two products are equal. */
  static Stream<ModelConfig> models() {
    ModelConfig llama = ModelConfig.llama(37, 11, 24, 5, 4, 2);
    ModelConfig six = ModelConfig.gpt2(37, 11, 24, 6, 4);
    return Stream.of(
        ModelConfig.gpt2(37, 11, 24, 5, 4, 31, 1e-5f), llama, llama.withTiedHead(false), ModelConfig.gpt2(37, 11, 24, 1, 4),
        six.withSharedLayers(2), six.withSharedLayers(6), six.withQueryKeyNorm(true), llama.withQueryKeyNorm(true));
  }

  /** Reads sums of products of letters and numbers. */
  private record Formula(String text, Map<Character, Integer> letters) {
    long value() {
      return sum(text);
    }

    private long sum(String sum) {
      int depth = 0;
      int start = 0;
      long value = 0;
      for (int i = 0; i < sum.length(); i++) {
        depth += sum.charAt(i) == '(' ? 1 : sum.charAt(i) == ')' ? -1 : 0;
        if (depth == 0 && sum.charAt(i) == '+') {
          value += product(sum.substring(start, i).strip());
          start = i + 1;
        }
      }
      return value + product(sum.substring(start).strip());
    }

    private long product(String product) {
      if (product.endsWith(")")) {
        int open = product.indexOf('(');
        return product(product.substring(0, open).strip().replaceFirst(" x$", "")) * sum(product.substring(open + 1, product.length() - 1));
      }
      long value = 1;
      for (String factor : product.split(" x ", -1)) {
        String number = factor.replaceFirst("[A-Z]+$", "");
        value *= number.isEmpty() ? 1 : Long.parseLong(number);
        for (char letter : factor.substring(number.length()).toCharArray()) {
          value *= letters.get(letter);
        }
      }
      return value;
    }
  }

  private static Map<Character, Integer> letters(ModelConfig config) {
    return Map.of(
        'V', config.vocabularySize(), 'T', config.contextLength(), 'C', config.width(), 'L', config.layerCount(), 'H', config.headCount(),
        'G', config.keyValueHeadCount(), 'D', config.headWidth(), 'F', config.feedForwardWidth());
  }

  @ParameterizedTest
  @MethodSource("models")
  void aFormulaComesToTheCount(ModelConfig config) {
    ParameterTable table = new ParameterTable(config);
    List<Integer> all = IntStream.range(0, table.parameters().size()).boxed().toList();
    for (int index : all) {
      Parameter parameter = table.parameters().get(index);
      assertEquals(parameter.elementCount(), new Formula(ParameterFormula.of(table, index), letters(config)).value(), parameter.name());
      assertEquals(parameter.shape().size(), ParameterFormula.of(table, index).split(" x ", -1).length, parameter.name());
    }
    table
        .countByKind()
        .forEach(
            (kind, count) -> {
              List<Integer> alike = all.stream().filter(index -> table.parameters().get(index).kind() == kind).toList();
              assertEquals(count, new Formula(ParameterFormula.of(table, alike), letters(config)).value(), kind.words());
            });
    assertEquals(table.elementCount(), new Formula(ParameterFormula.of(table, all), letters(config)).value());
    List<Integer> layer = all.stream().filter(index -> table.layerOf(index).orElse(-1) == 0).toList();
    long count = layer.stream().mapToLong(index -> table.parameters().get(index).elementCount()).sum();
    assertEquals(count, new Formula(ParameterFormula.of(table, layer), letters(config)).value());
  }

  @Test
  void formulasReadAsThePapersWriteThem() {
    ParameterTable table = new ParameterTable(ModelConfig.gpt2(37, 11, 24, 5, 4));
    List<Integer> norms =
        IntStream.range(0, table.parameters().size())
            .filter(index -> table.parameters().get(index).kind() == ParameterKind.NORM_SCALE)
            .boxed()
            .toList();
    assertEquals("V x C", ParameterFormula.of(table, 0));
    assertEquals("L x 2C + C", ParameterFormula.of(table, norms));
  }

  @ParameterizedTest
  @MethodSource("models")
  void everyParameterOfALayerKnowsItsLayer(ModelConfig config) {
    ParameterTable table = new ParameterTable(config);
    for (int index = 0; index < table.parameters().size(); index++) {
      String name = table.parameters().get(index).name();
      int layer = name.matches(".*\\.\\d+\\..*") ? Integer.parseInt(name.replaceAll("\\D+(\\d+)\\..*", "$1")) : -1;
      assertEquals(layer, table.layerOf(index).orElse(-1), name);
    }
  }
}
