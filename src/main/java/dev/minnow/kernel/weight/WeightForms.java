package dev.minnow.kernel.weight;

import dev.minnow.kernel.Weight;
import dev.minnow.kernel.WeightSet;
import dev.minnow.memory.Slab;
import java.util.List;

/** Weights in forms of one kind, which lie in a slab of their own. */
public abstract class WeightForms<F extends WeightForm> implements WeightSet {
  private final Slab slab;
  private final List<F> forms;

  /**
   * The forms are not made yet.
   *
   * @param slab which is this set's from now on
   */
  protected WeightForms(Slab slab, List<F> forms) {
    this.slab = slab;
    this.forms = forms;
  }

  /** Writes the forms from the weights' values, all of which are open. */
  protected abstract void write(List<F> written);

  /** Makes the forms, at the end of a constructor: where that fails, nothing is left of them. */
  protected final void make() {
    try {
      refresh();
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  @Override
  public final void refresh() {
    forms.forEach(WeightForm::beginMaking);
    write(forms);
    forms.forEach(WeightForm::endMaking);
  }

  @Override
  public final List<Weight> weights() {
    return List.copyOf(forms);
  }

  @Override
  public final long bytes() {
    return slab.bytes();
  }

  @Override
  public final void close() {
    slab.close();
  }
}
