package dev.minnow.kernel.product;

import static dev.minnow.kernel.code.Register.R10;
import static dev.minnow.kernel.code.Register.R11;
import static dev.minnow.kernel.code.Register.R8;
import static dev.minnow.kernel.code.Register.R9;
import static dev.minnow.kernel.code.Register.RAX;
import static dev.minnow.kernel.code.Register.RCX;
import static dev.minnow.kernel.code.Register.RDI;
import static dev.minnow.kernel.code.Register.RDX;
import static dev.minnow.kernel.code.Register.RSI;

import dev.minnow.kernel.code.Assembler;
import dev.minnow.kernel.code.CodeArgument;

/**
 * Rows of floats dealt out to panels, as machine code: step by step, so that memory is read in its order. A function takes three
 * addresses, the first of which is where panels lie, and its arguments ({@link Argument}), eight bytes each.
 */
final class CopyProgram {
  /** The arguments, in their order. */
  enum Argument implements CodeArgument {
    /** The address of what the first panel takes of the first step. */
    SOURCE,
    /** Bytes from a step to the next. */
    SOURCE_STRIDE,
    /** Bytes from the first address to the first panel. */
    TARGET,
    /** Bytes from a panel to the next. */
    TARGET_PANEL,
    PANELS,
    STEPS
  }

  /** Steps after which a cache line of a narrow panel, which is in no near cache, will be written. */
  private static final int AHEAD_STEPS = 16;

  private final Assembler a;
  private final int width;

  /** @param width floats of a panel's step; they are copied in whole vectors, the last of which may reach beyond */
  CopyProgram(Assembler assembler, int width) {
    this.a = assembler;
    this.width = width;
  }

  int function() {
    int entry = a.position();
    a.addLoad(RDI, RCX, Argument.TARGET.offset());
    a.movLoad(RAX, RCX, Argument.SOURCE.offset());
    a.movLoad(R8, RCX, Argument.SOURCE_STRIDE.offset());
    a.movLoad(R9, RCX, Argument.TARGET_PANEL.offset());
    a.movLoad(R11, RCX, Argument.STEPS.offset());
    a.repeat(R11, this::step);
    a.vzeroupper();
    a.ret();
    return entry;
  }

  private void step() {
    a.mov(RSI, RAX);
    a.mov(RDX, RDI);
    a.movLoad(R10, RCX, Argument.PANELS.offset());
    a.repeat(R10, this::stepOfPanel);
    a.add(RAX, R8);
    a.addImmediate(RDI, width * Float.BYTES);
  }

  private void stepOfPanel() {
    int vectors = Math.ceilDiv(width, a.set().floats);
    for (int vector = 0; vector < vectors; vector++) {
      a.vmovups(vector, RSI, vector * a.set().vectorBytes);
    }
    for (int vector = 0; vector < vectors; vector++) {
      a.vmovupsStore(RDX, vector * a.set().vectorBytes, vector);
    }
    if (vectors == 1) {
      a.prefetchw(RDX, AHEAD_STEPS * width * Float.BYTES);
    }
    a.addImmediate(RSI, width * Float.BYTES);
    a.add(RDX, R9);
  }
}
