package dev.minnow.kernel;

import dev.minnow.memory.Blocks;
import dev.minnow.memory.ElementType;
import dev.minnow.memory.Slab;
import dev.minnow.memory.SlabLayout;
import dev.minnow.memory.Tensor;
import java.util.ArrayList;
import java.util.List;

/** Weights (K, C) in bfloat16: as right operand (C, K) of the forward pass, and as right operand (K, C) of the backward pass. */
final class BfloatWeights implements WeightSet {
  /** One weight. */
  static final class Packed extends WeightForm {
    private final long forward;
    private final long backward;

    private Packed(Tensor values, Tensor forward, Tensor backward) {
      super(values, forward);
      this.forward = forward.address();
      this.backward = backward.address();
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
  private final Slab slab;
  private final List<Packed> packed = new ArrayList<>();

  /** For each weight, the strips of 32 rows of all weights up to its own. */
  private final int[] ends;

  BfloatWeights(WorkerPool pool, List<Tensor> matrices) {
    this.pool = pool;
    slab = layout(matrices.stream().map(Tensor::shape).toList()).allocate();
    ends = new int[matrices.size()];
    int strips = 0;
    for (int i = 0; i < ends.length; i++) {
      packed.add(new Packed(matrices.get(i), slab.tensor(2 * i), slab.tensor(2 * i + 1)));
      strips += (int) Blocks.count(matrices.get(i).dimension(0));
      ends[i] = strips;
    }
    refresh();
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
  public List<Weight> weights() {
    return List.copyOf(packed);
  }

  @Override
  public long bytes() {
    return slab.bytes();
  }

  @Override
  public void refresh() {
    packed.forEach(WeightForm::requireOpen);
    pool.run(
        ends.length == 0 ? 0 : ends[ends.length - 1],
        (strip, workspace) -> {
          int weight = 0;
          while (ends[weight] <= strip) {
            weight++;
          }
          pack(packed.get(weight), strip - (weight == 0 ? 0 : ends[weight - 1]), workspace.tiles());
        });
    for (Packed weight : packed) {
      weight.markFresh();
    }
  }

  /** Packs 32 rows of a weight. */
  private static void pack(Packed weight, int strip, TileScratch scratch) {
    long rows = weight.values().dimension(0);
    int columns = (int) weight.values().dimension(1);
    WeightStrip.of(weight.values(), strip)
        .pack(
            weight.forward + (long) strip * Blocks.count(columns) * Blocks.BYTES,
            weight.backward + (long) strip * Blocks.BYTES,
            Blocks.count(rows) * Blocks.BYTES,
            scratch);
  }

  @Override
  public void close() {
    slab.close();
  }
}
