package dev.minnow.kernel.weight;

import dev.minnow.kernel.Weight;
import dev.minnow.memory.Tensor;

/** A weight in a form that was made from its values, which is as good as its version is theirs, as long as its memory is alive. */
public abstract class WeightForm implements Weight {
  private final Tensor values;
  private final Tensor form;

  /** That of the values which the form was made from. */
  private long version;

  /** That of the values which the form is being made from. */
  private long nextVersion;

  /** @param form any tensor of the memory that the form lies in */
  protected WeightForm(Tensor values, Tensor form) {
    this.values = values;
    this.form = form;
  }

  @Override
  public final Tensor values() {
    return values;
  }

  /**
   * Says that the form is made anew from now on: what is written to the values meanwhile may not be in it.
   *
   * @throws IllegalStateException if its memory or that of the values was closed
   */
  final void beginMaking() {
    requireOpen();
    nextVersion = values.version();
  }

  /** Says that the form was made, from the values as they were at {@link #beginMaking} or later. */
  final void endMaking() {
    version = nextVersion;
  }

  /**
   * Checks that there is such a weight still.
   *
   * @throws IllegalStateException if the memory of the form or of the values was closed
   */
  protected final void requireOpen() {
    if (!form.isAlive()) {
      throw new IllegalStateException("The form of the weight " + values + " was closed with its set; take the weight of an open one.");
    }
    requireAlive(values);
  }

  static void requireAlive(Tensor values) {
    if (!values.isAlive()) {
      throw new IllegalStateException("The memory of the weight " + values + " was closed; close its set too.");
    }
  }

  /**
   * Checks that the form is still what the values are.
   *
   * @throws IllegalStateException if the values were written since, or the memory of either was closed
   */
  protected final void requireFresh() {
    requireOpen();
    if (version != values.version()) {
      throw new IllegalStateException("The weight " + values + " was written since its form was made; refresh its set.");
    }
  }
}
