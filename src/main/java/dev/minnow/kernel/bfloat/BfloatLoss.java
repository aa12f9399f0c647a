package dev.minnow.kernel.bfloat;

import dev.minnow.kernel.lane.Exponentials;
import dev.minnow.kernel.lane.Lanes;
import dev.minnow.kernel.pool.CodeScratch;
import dev.minnow.kernel.pool.WorkerPool;
import dev.minnow.kernel.pool.Workspace;
import dev.minnow.kernel.row.BlockRows;
import dev.minnow.memory.Blocks;
import dev.minnow.memory.Tensor;

/** Softmax cross-entropy of operands and its gradient, a block row at a time, as {@link LossProgram} computes them. */
final class BfloatLoss {
  private final WorkerPool pool;

  BfloatLoss(WorkerPool pool) {
    this.pool = pool;
  }

  /** losses (N) from logits (N, V) and targets (N). */
  void crossEntropy(Tensor losses, Tensor logits, Tensor targets) {
    forEachBlockRow(
        logits,
        (first, rows, workspace) -> losses(losses, logits, targets, first, rows, workspace));
  }

  /** The same, and dlogits (N, V) operand = gradientScale x (softmax - (1 - smoothing) x one-hot - smoothing / V). */
  void crossEntropyBackward(Tensor losses, Tensor dlogits, Tensor logits, Tensor targets, float gradientScale, float smoothing) {
    int v = (int) logits.dimension(1);
    BlockRows gradients = new BlockRows(dlogits.address(), v);
    float logFactor = (float) (StrictMath.log(gradientScale) * Exponentials.LOG2_E);
    float uniform = gradientScale * smoothing / v;
    BlockRows.clearPadding(dlogits.address(), (int) logits.dimension(0), v, 0, (int) Blocks.count(v));
    forEachBlockRow(
        logits,
        (first, rows, workspace) -> {
          losses(losses, logits, targets, first, rows, workspace);
          CodeScratch scratch = workspace.code();
          scratch.put(LossProgram.Argument.GRADIENTS, dlogits.address() + Blocks.offsetBytes(first, 0, v));
          scratch.put(LossProgram.Argument.LOG_FACTOR, logFactor);
          scratch.put(LossProgram.Argument.UNIFORM, uniform);
          if (smoothing > 0) {
            Bfloats.smoothedLogitGradients(scratch);
          } else {
            Bfloats.logitGradients(scratch);
          }
          for (int i = 0; i < rows; i++) {
            int target = Lanes.loadInt(targets.address(), first + i);
            float probability = Exponentials.of(-losses.getFloat(first + i));
            gradients.storeElement(first + i, target, gradientScale * (probability - (1 - smoothing)) - uniform);
          }
        });
  }

  private interface BlockRow {
    void run(int first, int rows, Workspace workspace);
  }

  private void forEachBlockRow(Tensor matrix, BlockRow body) {
    int n = (int) matrix.dimension(0);
    pool.run(
        (int) Blocks.count(n),
        (block, workspace) -> body.run(block * Blocks.SIZE, Math.min(Blocks.SIZE, n - block * Blocks.SIZE), workspace));
  }

  /** Stores losses; the logs of sums stay in the scratch's sums, and its arguments for the gradients. */
  private static void losses(Tensor losses, Tensor logits, Tensor targets, int first, int rows, Workspace workspace) {
    CodeScratch scratch = workspace.code();
    long v = logits.dimension(1);
    scratch.put(LossProgram.Argument.ROWS, rows);
    scratch.put(LossProgram.Argument.LOGITS, logits.address() + Blocks.offsetBytes(first, 0, v));
    scratch.put(LossProgram.Argument.WHOLE_BLOCKS, v / Blocks.SIZE);
    scratch.put(LossProgram.Argument.PART_BLOCKS, v % Blocks.SIZE == 0 ? 0 : 1);
    scratch.put(LossProgram.Argument.PART, (1L << v % Blocks.SIZE) - 1);
    scratch.put(LossProgram.Argument.LOG_SUMS, scratch.sums());
    Bfloats.logSums(scratch);
    for (int i = 0; i < rows; i++) {
      float logSum = Lanes.loadFloat(scratch.sums() + (long) i * Float.BYTES);
      float loss = logSum - logits.getFloat((first + i) * v + Lanes.loadInt(targets.address(), first + i));
      Lanes.storeFloat(loss, losses.address() + (first + i) * (long) Float.BYTES);
    }
  }
}
