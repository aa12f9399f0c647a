package dev.minnow.kernel.meter;

import static dev.minnow.kernel.lane.Lanes.FLOATS;

import dev.minnow.kernel.code.MachineCode;
import dev.minnow.kernel.lane.Lanes;
import dev.minnow.kernel.lane.VectorCode;
import java.lang.invoke.MethodHandle;
import java.util.List;
import jdk.incubator.vector.FloatVector;

/**
 * Multiply-adds on registers alone, in chains of x = x / 2 + summand: the most that vectors of the width of {@link Lanes} do. There are to
 * be as many chains as a multiply-add's latency x how many begin in a cycle: 4 or 5 x 2 on x86-64, 4 x 4 on Apple's processors.
 */
final class VectorPeak {
  /** The loop in machine code, or none. */
  private static final List<MethodHandle> PROGRAM =
      VectorCode.functions(List.of(PeakProgram::writeVectors), (code, entry) -> code.function(entry));

  private static final int CHAINS = PROGRAM.isEmpty() ? Lanes.IN_SIXTEEN_REGISTERS ? 8 : 20 : PeakProgram.CHAINS;

  private VectorPeak() {}

  /** Operations of one step, two for each multiply-add. */
  static double operations() {
    return 2.0 * CHAINS * Lanes.COUNT;
  }

  /**
   * So many steps. What it returns depends on all of them where a compiler could leave them out, and is 0 where machine code takes them, to
   * a summand of its own.
   */
  static float multiplyAdd(int steps, float summand) {
    if (!PROGRAM.isEmpty()) {
      MachineCode.call(PROGRAM.getFirst(), steps);
      return 0;
    }
    return Lanes.IN_SIXTEEN_REGISTERS ? eight(steps, summand) : twenty(steps, summand);
  }

  /** Eight chains: more than nine C2 keeps in memory where there are 16 registers. */
  private static float eight(int steps, float summand) {
    FloatVector f = FloatVector.broadcast(FLOATS, 0.5f);
    FloatVector s = FloatVector.broadcast(FLOATS, summand);
    FloatVector x0 = FloatVector.zero(FLOATS);
    FloatVector x1 = x0;
    FloatVector x2 = x0;
    FloatVector x3 = x0;
    FloatVector x4 = x0;
    FloatVector x5 = x0;
    FloatVector x6 = x0;
    FloatVector x7 = x0;
    for (int i = 0; i < steps; i++) {
      x0 = x0.fma(f, s);
      x1 = x1.fma(f, s);
      x2 = x2.fma(f, s);
      x3 = x3.fma(f, s);
      x4 = x4.fma(f, s);
      x5 = x5.fma(f, s);
      x6 = x6.fma(f, s);
      x7 = x7.fma(f, s);
    }
    return x0.add(x1).add(x2.add(x3)).add(x4.add(x5).add(x6.add(x7))).lane(0);
  }

  /** Twenty chains. */
  private static float twenty(int steps, float summand) {
    FloatVector f = FloatVector.broadcast(FLOATS, 0.5f);
    FloatVector s = FloatVector.broadcast(FLOATS, summand);
    FloatVector x0 = FloatVector.zero(FLOATS);
    FloatVector x1 = x0;
    FloatVector x2 = x0;
    FloatVector x3 = x0;
    FloatVector x4 = x0;
    FloatVector x5 = x0;
    FloatVector x6 = x0;
    FloatVector x7 = x0;
    FloatVector x8 = x0;
    FloatVector x9 = x0;
    FloatVector x10 = x0;
    FloatVector x11 = x0;
    FloatVector x12 = x0;
    FloatVector x13 = x0;
    FloatVector x14 = x0;
    FloatVector x15 = x0;
    FloatVector x16 = x0;
    FloatVector x17 = x0;
    FloatVector x18 = x0;
    FloatVector x19 = x0;
    for (int i = 0; i < steps; i++) {
      x0 = x0.fma(f, s);
      x1 = x1.fma(f, s);
      x2 = x2.fma(f, s);
      x3 = x3.fma(f, s);
      x4 = x4.fma(f, s);
      x5 = x5.fma(f, s);
      x6 = x6.fma(f, s);
      x7 = x7.fma(f, s);
      x8 = x8.fma(f, s);
      x9 = x9.fma(f, s);
      x10 = x10.fma(f, s);
      x11 = x11.fma(f, s);
      x12 = x12.fma(f, s);
      x13 = x13.fma(f, s);
      x14 = x14.fma(f, s);
      x15 = x15.fma(f, s);
      x16 = x16.fma(f, s);
      x17 = x17.fma(f, s);
      x18 = x18.fma(f, s);
      x19 = x19.fma(f, s);
    }
    return x0.add(x1)
        .add(x2.add(x3.add(x4)))
        .add(x5.add(x6).add(x7.add(x8.add(x9))))
        .add(x10.add(x11).add(x12.add(x13.add(x14))).add(x15.add(x16).add(x17.add(x18.add(x19)))))
        .lane(0);
  }
}
