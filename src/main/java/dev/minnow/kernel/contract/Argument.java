package dev.minnow.kernel.contract;

import dev.minnow.memory.ElementType;
import dev.minnow.memory.Tensor;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Checks of one argument each, of which {@link KernelContract} is made. A dimension that passes is from 1 to {@link #MOST}; element counts
 * may be larger.
 */
final class Argument {
  /** Kernels may count it in an int, and the blocks that it is cut into, of which the last may reach beyond it. */
  private static final int MOST = Integer.MAX_VALUE - 0xFFFF;

  private Argument() {}

  /** Blocks of a matrix begin a cache line, and with them every row of every block. */
  private static final long BLOCK_ALIGNMENT_BYTES = 64;

  /** A living F32 tensor of exactly this shape. */
  static void requireFloats(String operation, String name, Tensor tensor, long... shape) {
    requireTensor(operation, name, tensor, ElementType.F32, shape);
  }

  /** A living I32 tensor of exactly this shape. */
  static void requireInts(String operation, String name, Tensor tensor, long... shape) {
    requireTensor(operation, name, tensor, ElementType.I32, shape);
  }

  /** A living tensor of this type and exactly this shape. */
  static void requireTensor(String operation, String name, Tensor tensor, ElementType type, long... shape) {
    requireAlive(operation, name, tensor);
    requireType(operation, name, tensor, type);
    requireShape(operation, name, tensor, shape);
  }

  /** A living F32 tensor of any shape with this many elements, 1 or more. */
  static void requireCount(String operation, String name, Tensor tensor, long elementCount) {
    requireAlive(operation, name, tensor);
    requireType(operation, name, tensor, ElementType.F32);
    if (tensor.elementCount() != elementCount) {
      throw wrong(operation, name, tensor, "expected " + elementCount + " elements");
    }
    if (elementCount < 1) {
      throw wrong(operation, name, tensor, "expected at least 1 element");
    }
  }

  /** A living tensor of two dimensions; callers read its dimensions after this. */
  static void requireMatrix(String operation, String name, Tensor tensor, ElementType type) {
    requireAlive(operation, name, tensor);
    requireType(operation, name, tensor, type);
    if (tensor.rank() != 2) {
      throw wrong(operation, name, tensor, "expected 2 dimensions");
    }
    requireShape(operation, name, tensor, tensor.dimension(0), tensor.dimension(1));
  }

  /** Memory that may be written, unlike a checkpoint that is mapped for reading, and that no other argument shares. */
  static void requireOutput(String operation, String name, Tensor tensor, @Nullable Tensor... others) {
    if (tensor.segment().isReadOnly()) {
      throw wrong(operation, name, tensor, "it is written to, and its memory is read-only");
    }
    for (Tensor other : others) {
      if (other != null && tensor.address() < end(other) && other.address() < end(tensor)) {
        throw wrong(operation, name, tensor, "it is written to, and overlaps another argument, " + other);
      }
    }
  }

  /** Two arguments of one element count that are the same memory or share none. */
  static void requireSameOrApart(String operation, String name, Tensor tensor, Tensor other) {
    if (tensor.address() != other.address()) {
      requireOutput(operation, name, tensor, other);
    }
  }

  private static long end(Tensor tensor) {
    return tensor.address() + tensor.segment().byteSize();
  }

  /** Every id in [0, limit). */
  static void requireIds(String operation, String name, Tensor ids, long limit) {
    for (long i = 0; i < ids.elementCount(); i++) {
      int id = ids.getInt(i);
      if (id < 0 || id >= limit) {
        throw wrong(operation, name, ids, "its element " + i + " is " + id + ", expected at least 0 and below " + limit);
      }
    }
  }

  /** A finite number above 0. */
  static void requirePositive(String operation, String name, float value) {
    if (!(value > 0 && value < Float.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("The argument " + name + " of " + operation + " is " + value + ": expected a number above 0.");
    }
  }

  /** A number from 0, and up to 1 or below it. */
  static void requireShare(String operation, String name, float share, boolean belowEnd) {
    if (!(share >= 0 && belowEnd)) {
      throw new IllegalArgumentException("The argument " + name + " of " + operation + " is " + share + ": expected a share of 1.");
    }
  }

  static IllegalArgumentException wrong(String operation, String name, Tensor tensor, String problem) {
    return new IllegalArgumentException("The argument " + name + " of " + operation + " is " + tensor + ": " + problem + ".");
  }

  private static void requireAlive(String operation, String name, Tensor tensor) {
    if (!tensor.isAlive()) {
      throw new IllegalStateException("The memory of the argument " + name + " of " + operation + ", " + tensor + ", was closed.");
    }
  }

  private static void requireType(String operation, String name, Tensor tensor, ElementType type) {
    if (tensor.type() != type) {
      throw wrong(operation, name, tensor, "expected " + type);
    }
    if (type == ElementType.BF16_BLOCKS && tensor.address() % BLOCK_ALIGNMENT_BYTES != 0) {
      throw wrong(operation, name, tensor, "expected an address that is a multiple of " + BLOCK_ALIGNMENT_BYTES + " bytes");
    }
  }

  private static void requireShape(String operation, String name, Tensor tensor, long... shape) {
    boolean same = tensor.rank() == shape.length;
    for (int axis = 0; same && axis < shape.length; axis++) {
      same = tensor.dimension(axis) == shape[axis];
    }
    if (!same) {
      throw wrong(operation, name, tensor, "expected " + Arrays.toString(shape));
    }
    for (long dimension : shape) {
      if (dimension < 1 || dimension > MOST) {
        throw wrong(operation, name, tensor, "expected dimensions from 1 to " + MOST);
      }
    }
  }
}
