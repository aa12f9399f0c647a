package dev.minnow.checkpoint;

import java.util.List;

/**
 * One tensor as a safetensors header states it.
 *
 * @param name unique in its file
 * @param type of the elements
 * @param shape dimensions, row-major; empty for a single number
 * @param beginBytes where its bytes begin, counted from the end of the header
 * @param endBytes where they end
 */
record TensorEntry(String name, StoredType type, List<Long> shape, long beginBytes, long endBytes) {}
