package dev.minnow.kernel.weight;

import dev.minnow.kernel.Weight;
import dev.minnow.kernel.WeightUse;
import dev.minnow.kernel.pool.WorkerPool;
import dev.minnow.memory.ElementType;
import dev.minnow.memory.Slab;
import dev.minnow.memory.SlabLayout;
import dev.minnow.memory.Tensor;
import java.util.ArrayList;
import java.util.List;

/** Weights in rows that are narrower than floats, for a forward pass: memory is what decoding waits for. */
public final class NarrowWeights extends WeightForms<NarrowWeights.Narrow> {
  /** One weight. */
  static final class Narrow extends WeightForm {
    private final NarrowRows rows;

    private Narrow(Tensor values, Tensor form, NarrowRows rows) {
      super(values, form);
      this.rows = rows;
    }

    private NarrowRows rows() {
      requireFresh();
      return rows;
    }
  }

  private final WorkerPool pool;

  /** @param use BF16 or INT8 */
  public NarrowWeights(WorkerPool pool, List<Tensor> matrices, WeightUse use) {
    this(pool, layout(matrices.stream().map(Tensor::shape).toList(), use).allocate(), matrices, use);
  }

  private NarrowWeights(WorkerPool pool, Slab slab, List<Tensor> matrices, WeightUse use) {
    super(slab, forms(slab, matrices, use));
    this.pool = pool;
    make();
  }

  private static List<Narrow> forms(Slab slab, List<Tensor> matrices, WeightUse use) {
    List<Narrow> forms = new ArrayList<>();
    for (Tensor matrix : matrices) {
      Tensor form = slab.tensor(forms.size());
      forms.add(new Narrow(matrix, form, rows(use, form.address(), matrix)));
    }
    return forms;
  }

  /** Where the rows of weights of these shapes lie. */
  public static SlabLayout layout(List<long[]> shapes, WeightUse use) {
    SlabLayout layout = new SlabLayout();
    for (long[] shape : shapes) {
      layout.add("rows", ElementType.F32, Math.ceilDiv(bytes(use, shape[0], shape[1]), Float.BYTES));
    }
    return layout;
  }

  private static long bytes(WeightUse use, long rows, long columns) {
    return use == WeightUse.BF16 ? BfloatWeightRows.bytes(rows, columns) : ByteWeightRows.bytes(rows, columns);
  }

  private static NarrowRows rows(WeightUse use, long address, Tensor matrix) {
    int columns = (int) matrix.dimension(1);
    return use == WeightUse.BF16 ? new BfloatWeightRows(address, columns) : ByteWeightRows.at(address, matrix.dimension(0), columns);
  }

  /** The rows of a weight of any set that keeps them in their order. */
  public static WeightRows rowsOf(Weight weight) {
    return weight instanceof Narrow narrow ? narrow.rows() : FloatWeightRows.of(PlainWeights.valuesOf(weight));
  }

  @Override
  protected void write(List<Narrow> written) {
    for (Narrow weight : written) {
      Tensor values = weight.values();
      long rowBytes = values.dimension(1) * Float.BYTES;
      pool.run((int) values.dimension(0), (row, workspace) -> weight.rows.store(row, values.address() + row * rowBytes));
    }
  }
}
