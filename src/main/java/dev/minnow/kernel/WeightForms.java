package dev.minnow.kernel;

import dev.minnow.memory.Slab;
import java.util.List;

/** Weights in forms of one kind, which lie in a slab of their own. */
abstract class WeightForms<F extends WeightForm> implements WeightSet {
  private final Slab slab;
  private final List<F> forms;

  /**
   * The forms are not made yet.
   *
   * @param slab which is this set's from now on
   */
  WeightForms(Slab slab, List<F> forms) {
    this.slab = slab;
    this.forms = forms;
  }

  /** Writes the forms from the weights' values, all of which are open. */
  abstract void write(List<F> written);

  @Override
  public final void refresh() {
    forms.forEach(WeightForm::requireOpen);
    write(forms);
    forms.forEach(WeightForm::markFresh);
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
