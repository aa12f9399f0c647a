package dev.minnow.kernel.contract;

import static dev.minnow.kernel.contract.Argument.requireFloats;
import static dev.minnow.kernel.contract.Argument.requireIds;
import static dev.minnow.kernel.contract.Argument.requireInts;
import static dev.minnow.kernel.contract.Argument.requireMatrix;
import static dev.minnow.kernel.contract.Argument.requireOutput;
import static dev.minnow.kernel.contract.Argument.requirePositive;
import static dev.minnow.kernel.contract.Argument.requireSameOrApart;
import static dev.minnow.kernel.contract.Argument.requireShare;
import static dev.minnow.kernel.contract.Argument.requireTensor;

import dev.minnow.memory.ElementType;
import dev.minnow.memory.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * The part of {@link KernelContract} for operations that read ids of tokens: embedding and loss.
 *
 * @param operandType of the kernel's operands
 */
public record TokenContract(ElementType operandType) {
  public void embed(Tensor out, Tensor tokens, Tensor tokenEmbedding, @Nullable Tensor positionEmbedding, int position) {
    String operation = "embed";
    requireEmbedding(operation, "out", out, tokens, "tokenEmbedding", tokenEmbedding, "positionEmbedding", positionEmbedding, position);
    requireOutput(operation, "out", out, tokens, tokenEmbedding, positionEmbedding);
    requireIds(operation, "tokens", tokens, tokenEmbedding.dimension(0));
  }

  public void embedBackward(Tensor dtokenEmbedding, @Nullable Tensor dpositionEmbedding, Tensor dout, Tensor tokens) {
    String operation = "embedBackward";
    requireEmbedding(operation, "dout", dout, tokens, "dtokenEmbedding", dtokenEmbedding, "dpositionEmbedding", dpositionEmbedding, 0);
    requireOutput(operation, "dtokenEmbedding", dtokenEmbedding, dpositionEmbedding, dout, tokens);
    if (dpositionEmbedding != null) {
      requireOutput(operation, "dpositionEmbedding", dpositionEmbedding, dout, tokens);
    }
    requireIds(operation, "tokens", tokens, dtokenEmbedding.dimension(0));
  }

  private static void requireEmbedding(
      String operation,
      String rowsName,
      Tensor rows,
      Tensor tokens,
      String tokenName,
      Tensor tokenEmbedding,
      String positionName,
      @Nullable Tensor positionEmbedding,
      int position) {
    requireMatrix(operation, "tokens", tokens, ElementType.I32);
    requireMatrix(operation, tokenName, tokenEmbedding, ElementType.F32);
    long c = tokenEmbedding.dimension(1);
    requireFloats(operation, rowsName, rows, tokens.elementCount(), c);
    if (positionEmbedding == null) {
      return;
    }
    requireMatrix(operation, positionName, positionEmbedding, ElementType.F32);
    requireFloats(operation, positionName, positionEmbedding, positionEmbedding.dimension(0), c);
    long positions = tokens.dimension(1);
    if (position < 0 || position + positions > positionEmbedding.dimension(0)) {
      throw Argument.wrong(
          operation, positionName, positionEmbedding, positions + " positions from position " + position + " are not in it");
    }
  }

  public void crossEntropy(Tensor losses, Tensor logits, Tensor targets) {
    requireCrossEntropy("crossEntropy", losses, logits, targets);
    requireIds("crossEntropy", "targets", targets, logits.dimension(1));
  }

  private void requireCrossEntropy(String operation, Tensor losses, Tensor logits, Tensor targets) {
    requireMatrix(operation, "logits", logits, logits.type() == operandType ? operandType : ElementType.F32);
    long n = logits.dimension(0);
    requireFloats(operation, "losses", losses, n);
    requireInts(operation, "targets", targets, n);
    requireOutput(operation, "losses", losses, logits, targets);
  }

  public void crossEntropyBackward(Tensor losses, Tensor dlogits, Tensor logits, Tensor targets, float gradientScale, float smoothing) {
    String operation = "crossEntropyBackward";
    requirePositive(operation, "gradientScale", gradientScale);
    requireShare(operation, "smoothing", smoothing, smoothing < 1);
    requireCrossEntropy(operation, losses, logits, targets);
    requireTensor(operation, "logits", logits, operandType, logits.dimension(0), logits.dimension(1));
    requireTensor(operation, "dlogits", dlogits, operandType, logits.dimension(0), logits.dimension(1));
    requireOutput(operation, "losses", losses, dlogits);
    requireOutput(operation, "dlogits", dlogits, targets);
    requireSameOrApart(operation, "dlogits", dlogits, logits);
    requireIds(operation, "targets", targets, logits.dimension(1));
  }
}
