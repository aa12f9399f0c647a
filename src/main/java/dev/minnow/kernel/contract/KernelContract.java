package dev.minnow.kernel.contract;

import dev.minnow.kernel.Kernel;
import dev.minnow.memory.ElementType;

/**
 * What each operation of {@link Kernel} asks of its arguments: a part for each family of operations, which has a method for each. Every
 * kernel calls that first, and may then use raw addresses: types, shapes, liveness, overlap, writability and the range of ids have been
 * checked.
 *
 * <p>Each method of the parts throws {@link IllegalArgumentException}, or {@link IllegalStateException} where an argument's memory was
 * closed; the message names the operation, the argument, what it is and what was expected.
 */
public record KernelContract(
    LinearContract linears,
    NormContract norms,
    AttentionContract attention,
    ElementContract elements,
    TokenContract tokens,
    OptimizerContract optimizers) {
  /** For operands of this type. */
  public static KernelContract of(ElementType operandType) {
    return new KernelContract(
        new LinearContract(operandType),
        new NormContract(operandType),
        new AttentionContract(operandType),
        new ElementContract(operandType),
        new TokenContract(operandType),
        new OptimizerContract());
  }
}
