package dev.minnow.model;

import dev.minnow.memory.ElementType;
import dev.minnow.memory.Slab;
import dev.minnow.memory.SlabLayout;
import dev.minnow.memory.Tensor;
import java.util.function.BiConsumer;

/** Gives tensors one after the other as they are asked for, so that what is planned is what is bound: first to a layout, then to its slab. */
interface TensorSource {
  Tensor next(String name, ElementType type, long... shape);

  /**
   * The layout of the tensors that {@code bind} asks for.
   *
   * @param bind asks as it will for those of the slab, gets tensors of no elements and a slab of no tensors, and keeps none of them
   */
  static SlabLayout layout(BiConsumer<TensorSource, Slab> bind) {
    SlabLayout layout = new SlabLayout();
    try (Slab none = new SlabLayout().allocate()) {
      TensorSource planning =
          (name, type, shape) -> {
            layout.add(name, type, shape);
            return none.empty(type);
          };
      bind.accept(planning, none);
    }
    return layout;
  }

  /** The tensors of a slab of such a layout. */
  static TensorSource of(Slab slab) {
    int[] index = {0};
    return (name, type, shape) -> slab.tensor(index[0]++);
  }
}
