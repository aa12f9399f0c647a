package dev.minnow.kernel;

/**
 * Elements cut into slices for {@link WorkerPool#run}, whatever the tensor's shape.
 *
 * @param elementCount of the tensor
 */
record ElementSlices(long elementCount) {
  int count() {
    return Math.toIntExact(Math.ceilDiv(elementCount, RowSlices.SLICE_ELEMENTS));
  }

  long offsetBytes(int slice) {
    return (long) slice * RowSlices.SLICE_ELEMENTS * Float.BYTES;
  }

  int size(int slice) {
    return (int) Math.min(RowSlices.SLICE_ELEMENTS, elementCount - (long) slice * RowSlices.SLICE_ELEMENTS);
  }
}
