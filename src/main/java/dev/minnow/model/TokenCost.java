package dev.minnow.model;

import java.util.stream.Stream;

/** What a model multiplies for one token, by its parameters. */
public final class TokenCost {
  private TokenCost() {}

  /** Numbers that are multiplied with something for each token: matrices and the head, but not a row that is looked up. */
  public static long multiplyingCount(ParameterTable table) {
    return multiplyingCount(table, table.parameters().stream());
  }

  private static long multiplyingCount(ParameterTable table, Stream<Parameter> parameters) {
    boolean tiedHead = table.config().tiedHead();
    return parameters.filter(parameter -> isMultiplied(parameter, tiedHead)).mapToLong(Parameter::elementCount).sum();
  }

  private static boolean isMultiplied(Parameter parameter, boolean tiedHead) {
    return switch (parameter.kind()) {
      case TOKEN_EMBEDDING -> tiedHead;
      case POSITION_EMBEDDING -> false;
      default -> parameter.shape().size() == 2;
    };
  }

  /**
   * Floating-point operations of the forward pass, and so of generating, for one token: 2 x {@link #multiplyingCount} + 2 L T HD,
   * because a number is multiplied and added once, and causal attention multiplies with half of T keys and as many values on average.
   * Numbers that layers share are multiplied in each of them.
   */
  public static double flopsPerGeneratedToken(ParameterTable table) {
    ModelConfig config = table.config();
    long multiplications = multiplyingCount(table, table.uses().stream().map(use -> table.parameters().get(use.index())));
    return 2.0 * multiplications + 2.0 * config.layerCount() * config.contextLength() * config.queryWidth();
  }

  /**
   * Floating-point operations of training on one token: three times those of generating it, because the backward pass has two products for
   * each of the forward pass.
   */
  public static double flopsPerTrainedToken(ParameterTable table) {
    return 3 * flopsPerGeneratedToken(table);
  }
}
