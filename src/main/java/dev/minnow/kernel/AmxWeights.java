package dev.minnow.kernel;

import dev.minnow.memory.Blocks;
import dev.minnow.memory.ElementType;
import dev.minnow.memory.Slab;
import dev.minnow.memory.SlabLayout;
import dev.minnow.memory.Tensor;
import java.util.ArrayList;
import java.util.List;

/** Weights (K, C) in bfloat16: as right operand (C, K) of the forward pass, and for training as right operand (K, C) of the backward pass. */
final class AmxWeights implements WeightSet {
  /** One weight; its forms are as good as its version is that of its values. */
  static final class Packed implements Weight {
    private final Tensor values;
    private final long forward;
    private final long backward;
    private long version;

    private Packed(Tensor values, long forward, long backward) {
      this.values = values;
      this.forward = forward;
      this.backward = backward;
    }

    @Override
    public Tensor values() {
      return values;
    }

    /** Address of the right form of (C, K). */
    long forward() {
      requireFresh();
      return forward;
    }

    /** Address of the right form of (K, C). */
    long backward() {
      requireFresh();
      if (backward == 0) {
        throw new IllegalStateException("The weight " + values + " was packed for the forward pass only.");
      }
      return backward;
    }

    private void requireFresh() {
      if (version != values.version()) {
        throw new IllegalStateException("The weight " + values + " was written since it was packed; refresh its set.");
      }
    }

    private int rows() {
      return (int) values.dimension(0);
    }

    private int columns() {
      return (int) values.dimension(1);
    }
  }

  private final WorkerPool pool;
  private final Slab slab;
  private final List<Packed> packed = new ArrayList<>();

  /** For each weight, the strips of 32 rows of all weights up to its own. */
  private final int[] ends;

  AmxWeights(WorkerPool pool, List<Tensor> matrices, WeightUse use) {
    this.pool = pool;
    boolean training = use == WeightUse.TRAINING;
    slab = layout(matrices.stream().map(Tensor::shape).toList(), use).allocate();
    ends = new int[matrices.size()];
    int strips = 0;
    for (int i = 0; i < ends.length; i++) {
      int first = training ? 2 * i : i;
      packed.add(new Packed(matrices.get(i), slab.tensor(first).address(), training ? slab.tensor(first + 1).address() : 0));
      strips += (int) Blocks.count(matrices.get(i).dimension(0));
      ends[i] = strips;
    }
    refresh();
  }

  /** Where the forms of weights of these shapes lie: the forward form of each, followed for training by its backward form. */
  static SlabLayout layout(List<long[]> shapes, WeightUse use) {
    SlabLayout layout = new SlabLayout();
    for (long[] shape : shapes) {
      layout.add("forward form", ElementType.BF16_BLOCKS, shape);
      if (use == WeightUse.TRAINING) {
        layout.add("backward form", ElementType.BF16_BLOCKS, shape);
      }
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
      weight.version = weight.values.version();
    }
  }

  /** Packs 32 rows of a weight. */
  private static void pack(Packed weight, int strip, TileScratch scratch) {
    int columns = weight.columns();
    int rows = Math.min(Blocks.SIZE, weight.rows() - strip * Blocks.SIZE);
    int blocks = (int) Blocks.count(columns);
    long forward = weight.forward + (long) strip * blocks * Blocks.BYTES;
    boolean training = weight.backward != 0;
    long backwardStep = training ? Blocks.count(weight.rows()) * Blocks.BYTES : 0;
    long backward = training ? weight.backward + (long) strip * Blocks.BYTES : scratch.large(Blocks.BYTES);
    long source = weight.values.address() + (long) strip * Blocks.SIZE * columns * Float.BYTES;
    long stride = (long) columns * Float.BYTES;
    int whole = rows == Blocks.SIZE ? columns / Blocks.SIZE : 0;
    scratch.put(BlockProgram.Argument.OTHER_TARGET_STEP, backwardStep);
    if (whole > 0) {
      pack(scratch, source, stride, forward, backward, whole);
    }
    for (int block = whole; block < blocks; block++) {
      int insideColumns = Math.min(Blocks.SIZE, columns - block * Blocks.SIZE);
      copyPadded(scratch, source + (long) block * Blocks.SIZE * Float.BYTES, stride, rows, insideColumns);
      pack(
          scratch,
          scratch.floatBlock(),
          (long) Blocks.SIZE * Float.BYTES,
          forward + (long) block * Blocks.BYTES,
          backward + block * backwardStep,
          1);
    }
  }

  private static void pack(TileScratch scratch, long source, long stride, long forward, long backward, int count) {
    scratch.put(BlockProgram.Argument.SOURCE_STRIDE, stride);
    scratch.put(BlockProgram.Argument.OTHER_TARGET, backward);
    Tiles.packWeight(scratch.blocks(source, (long) Blocks.SIZE * Float.BYTES, forward, Blocks.BYTES, count));
  }

  /** The scratch's block of floats = a part of the source, and zeros. */
  private static void copyPadded(TileScratch scratch, long source, long stride, int rows, int columns) {
    for (int row = 0; row < Blocks.SIZE; row++) {
      for (int column = 0; column < Blocks.SIZE; column++) {
        boolean inside = row < rows && column < columns;
        float value = inside ? Lanes.loadFloat(source + row * stride + (long) column * Float.BYTES) : 0;
        Lanes.storeFloat(value, scratch.floatBlock() + (long) (row * Blocks.SIZE + column) * Float.BYTES);
      }
    }
  }

  @Override
  public void close() {
    slab.close();
  }
}
