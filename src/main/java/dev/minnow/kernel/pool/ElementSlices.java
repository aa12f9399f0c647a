package dev.minnow.kernel.pool;

import dev.minnow.memory.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/** The elements of several tensors cut into slices for {@link WorkerPool#run}: by their counts only, none with elements of two tensors. */
public final class ElementSlices {
  private final long[] counts;
  private final int elementsPerSlice;

  /** For each tensor, the slices of all tensors up to its own. */
  private final int[] ends;

  private ElementSlices(long[] counts, int elementsPerSlice) {
    this.counts = counts;
    this.elementsPerSlice = elementsPerSlice;
    this.ends = new int[counts.length];
    int end = 0;
    for (int i = 0; i < counts.length; i++) {
      end = Math.addExact(end, Math.toIntExact(Math.ceilDiv(counts[i], elementsPerSlice)));
      ends[i] = end;
    }
  }

  /** Slices of about {@link RowSlices#SLICE_ELEMENTS} of the tensors that {@code list} holds. */
  public static <T> ElementSlices of(List<T> list, Function<T, Tensor> tensor) {
    return new ElementSlices(counts(list, tensor), RowSlices.SLICE_ELEMENTS);
  }

  /** About {@code most} slices, and more only where there are more tensors. */
  public static ElementSlices few(List<Tensor> tensors, int most) {
    long[] counts = counts(tensors, tensor -> tensor);
    long perSlice = Math.ceilDiv(Arrays.stream(counts).sum(), most);
    return new ElementSlices(counts, Math.toIntExact(Math.max(RowSlices.SLICE_ELEMENTS, Math.ceilDiv(perSlice, 16) * 16)));
  }

  private static <T> long[] counts(List<T> list, Function<T, Tensor> tensor) {
    long[] counts = new long[list.size()];
    for (int i = 0; i < counts.length; i++) {
      counts[i] = tensor.apply(list.get(i)).elementCount();
    }
    return counts;
  }

  public int count() {
    return ends.length == 0 ? 0 : ends[ends.length - 1];
  }

  /** Index of the tensor that a slice belongs to: the first that ends after it, because those of no elements end where they begin. */
  public int tensor(int slice) {
    int low = 0;
    for (int high = ends.length - 1; low < high;) {
      int middle = (low + high) >>> 1;
      if (ends[middle] > slice) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }

  /** The slice's first element in its tensor, {@code tensor}. */
  public long first(int slice, int tensor) {
    return (long) (slice - (tensor == 0 ? 0 : ends[tensor - 1])) * elementsPerSlice;
  }

  /** Elements of a slice. */
  public int size(int slice, int tensor) {
    return (int) Math.min(elementsPerSlice, counts[tensor] - first(slice, tensor));
  }
}
