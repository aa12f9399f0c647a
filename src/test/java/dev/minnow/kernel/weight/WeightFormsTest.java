package dev.minnow.kernel.weight;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.minnow.memory.ElementType;
import dev.minnow.memory.Slab;
import dev.minnow.memory.SlabLayout;
import dev.minnow.memory.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

class WeightFormsTest {
  /** A form without content. */
  private static final class Empty extends WeightForm {
    Empty(Tensor values, Tensor form) {
      super(values, form);
    }
  }

  /** Somebody writes the values while the forms are made from them, so often as is told. */
  private static final class Disturbed extends WeightForms<Empty> {
    private int writes;

    Disturbed(Slab slab, Empty form, int writes) {
      super(slab, List.of(form));
      this.writes = writes;
    }

    @Override
    protected void write(List<Empty> written) {
      if (writes > 0) {
        writes--;
        written.getFirst().values().markWritten();
      }
    }
  }

  @Test
  void aFormIsStaleIfItsValuesWereWrittenWhileItWasMade() {
    try (Slab values = oneFloat()) {
      Slab slab = oneFloat();
      Empty form = new Empty(values.tensor(0), slab.tensor(0));
      try (Disturbed forms = new Disturbed(slab, form, 1)) {
        forms.refresh();
        assertThrows(IllegalStateException.class, form::requireFresh);
        forms.refresh();
        assertDoesNotThrow(form::requireFresh);
      }
    }
  }

  @Test
  void nothingIsLeftOfFormsThatCannotBeMade() {
    try (Slab values = oneFloat()) {
      Slab slab = oneFloat();
      List<Empty> forms = List.of(new Empty(values.tensor(0), slab.tensor(0)));
      IllegalStateException failure = new IllegalStateException("no pages");
      assertSame(failure, assertThrows(IllegalStateException.class, () -> new WeightForms<>(slab, forms) {
        {
          make();
        }

        @Override
        protected void write(List<Empty> written) {
          throw failure;
        }
      }));
      assertFalse(slab.tensor(0).isAlive());
    }
  }

  private static Slab oneFloat() {
    SlabLayout layout = new SlabLayout();
    layout.add("float", ElementType.F32, 1);
    return layout.allocate();
  }
}
