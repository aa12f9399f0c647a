package dev.minnow.kernel.bfloat;

import dev.minnow.kernel.Weight;
import dev.minnow.kernel.pool.CodeScratch;
import dev.minnow.kernel.pool.WorkerPool;
import dev.minnow.kernel.weight.PlainWeights;
import dev.minnow.kernel.weight.WeightForm;
import dev.minnow.kernel.weight.WeightForms;
import dev.minnow.memory.Blocks;
import dev.minnow.memory.ElementType;
import dev.minnow.memory.Slab;
import dev.minnow.memory.SlabLayout;
import dev.minnow.memory.Tensor;
import java.util.ArrayList;
import java.util.List;

/** Weights (K, C) in bfloat16: as right operand (C, K) of the forward pass, and as right operand (K, C) of the backward pass. */
final class BfloatWeights extends WeightForms<BfloatWeights.Packed> {
  /** One weight. */
  static final class Packed extends WeightForm {
    private final long forward;
    private final long backward;
    private final Weight plain;

    private Packed(Tensor values, Tensor forward, Tensor backward) {
      super(values, forward);
      this.forward = forward.address();
      this.backward = backward.address();
      this.plain = new PlainWeights(List.of(values)).weights().getFirst();
    }

    /** The weight as it is multiplied with few rows, whose values are never stale. */
    Weight plain() {
      requireOpen();
      return plain;
    }

    /** Address of the right form of (C, K). */
    long forward() {
      requireFresh();
      return forward;
    }

    /** Address of the right form of (K, C). */
    long backward() {
      requireFresh();
      return backward;
    }
  }

  private final WorkerPool pool;

  /** For each weight, the strips of 32 rows of all weights up to its own. */
  private final int[] ends;

  BfloatWeights(WorkerPool pool, List<Tensor> matrices) {
    this(pool, layout(matrices.stream().map(Tensor::shape).toList()).allocate(), matrices);
  }

  private BfloatWeights(WorkerPool pool, Slab slab, List<Tensor> matrices) {
    super(slab, forms(slab, matrices));
    this.pool = pool;
    ends = new int[matrices.size()];
    int strips = 0;
    for (int i = 0; i < ends.length; i++) {
      strips += (int) Blocks.count(matrices.get(i).dimension(0));
      ends[i] = strips;
    }
    make();
  }

  private static List<Packed> forms(Slab slab, List<Tensor> matrices) {
    List<Packed> forms = new ArrayList<>();
    for (Tensor matrix : matrices) {
      int first = 2 * forms.size();
      forms.add(new Packed(matrix, slab.tensor(first), slab.tensor(first + 1)));
    }
    return forms;
  }

  /** Where the forms of weights of these shapes lie: the forward form of each, followed by its backward form. */
  static SlabLayout layout(List<long[]> shapes) {
    SlabLayout layout = new SlabLayout();
    for (long[] shape : shapes) {
      layout.add("forward form", ElementType.BF16_BLOCKS, shape);
      layout.add("backward form", ElementType.BF16_BLOCKS, shape);
    }
    return layout;
  }

  @Override
  protected void write(List<Packed> written) {
    pool.run(
        ends.length == 0 ? 0 : ends[ends.length - 1],
        (strip, workspace) -> {
          int weight = 0;
          while (ends[weight] <= strip) {
            weight++;
          }
          pack(written.get(weight), strip - (weight == 0 ? 0 : ends[weight - 1]), workspace.code());
        });
  }

  /** Packs 32 rows of a weight. */
  private static void pack(Packed weight, int strip, CodeScratch scratch) {
    long rows = weight.values().dimension(0);
    int columns = (int) weight.values().dimension(1);
    WeightStrip.of(weight.values(), strip)
        .pack(
            weight.forward + (long) strip * Blocks.count(columns) * Blocks.BYTES,
            weight.backward + (long) strip * Blocks.BYTES,
            Blocks.count(rows) * Blocks.BYTES,
            scratch);
  }
}
