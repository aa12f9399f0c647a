package dev.minnow.kernel.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.minnow.kernel.Accumulation;
import dev.minnow.kernel.ActivationFunction;
import dev.minnow.kernel.AttentionShape;
import dev.minnow.kernel.Dropout;
import dev.minnow.kernel.Kernel;
import dev.minnow.kernel.KernelCall;
import dev.minnow.kernel.KernelCalls;
import dev.minnow.kernel.Operands;
import dev.minnow.kernel.meter.MeteredKernel;
import dev.minnow.kernel.meter.PhaseTimes;
import dev.minnow.memory.Blocks;
import dev.minnow.memory.ElementType;
import dev.minnow.memory.Slab;
import dev.minnow.memory.SlabLayout;
import dev.minnow.memory.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Every kernel refuses what breaks the contract, for every argument of every operation, and names both. */
@ParameterizedClass
@MethodSource("dev.minnow.kernel.KernelsUnderTest#all")
class KernelContractTest {
  /** May take the place of the tensor that their operation writes. */
  private static final Set<String> SHARED = Set.of("activateBackward dout", "addResidual in", "crossEntropyBackward logits");

  /** Dimensions that one argument alone decides, or where more room does no harm. */
  private static final Set<String> FREE = Set.of("embed tokenEmbedding 0", "embed positionEmbedding 0", "embedBackward dtokenEmbedding 0",
      "embedBackward dpositionEmbedding 0", "crossEntropy logits 1", "rotate matrix 0", "rotate matrix 1", "rotate turns 0",
      "rotateBackward dmatrix 0", "rotateBackward dmatrix 1", "rotateBackward turns 0", "headNorm matrix 0", "headNorm matrix 1",
      "headNorm kept 1", "headNorm scale 0", "headNormBackward dmatrix 1", "headNormBackward kept 1");

  /** May be floats or operands. */
  private static final Set<String> OF_EITHER_TYPE = Set.of("linear out", "linearInputGradient din");

  private final Kernel kernel;

  KernelContractTest(Kernel kernel) {
    this.kernel = kernel;
  }

  @Test
  void argumentsOfAnotherShapeAreRefused() {
    forEachArgument((call, name) -> {
      Tensor tensor = call.tensor(name);
      for (int axis = 0; axis < tensor.rank(); axis++) {
        long[] shape = tensor.shape();
        shape[axis]++;
        if (!isFree(call, name, axis)) {
          assertRefused(IllegalArgumentException.class, call, name, tensor.type(), shape);
        }
      }
    });
  }

  /** Whose other arguments do not tell operands from floats, which any kernel may take for a few rows. */
  private static final Set<String> FLOATS_OF_FEW_ROWS = Set.of("linear in", "linearResidual in", "layerNorm out", "crossEntropy logits",
      "rmsNorm out", "headNorm matrix", "rotate matrix");

  /** Of one row, or of few, it may be either, whichever the call has; the kernel takes its own operands everywhere. */
  private boolean isOperandOfFewRows(String argument, ElementType other) {
    return argument.equals("linear in") && other == kernel.operandType();
  }

  private static boolean isFree(KernelCall call, String name, int axis) {
    return FREE.contains(call.operation() + " " + name + " " + axis);
  }

  @Test
  void argumentsOfAnotherElementTypeAreRefused() {
    forEachArgument((call, name) -> {
      Tensor tensor = call.tensor(name);
      for (ElementType other : ElementType.values()) {
        boolean possible = other != ElementType.BF16_BLOCKS || tensor.rank() == 2;
        String argument = call.operation() + " " + name;
        boolean isFree = other != ElementType.I32 && OF_EITHER_TYPE.contains(argument)
            || other == ElementType.F32 && FLOATS_OF_FEW_ROWS.contains(argument)
            || isOperandOfFewRows(argument, other);
        if (other != tensor.type() && possible && !isFree) {
          assertRefused(IllegalArgumentException.class, call, name, other, tensor.shape());
        }
      }
    });
  }

  @Test
  void emptyArgumentsAreRefused() {
    forEachArgument((call, name) -> assertRefused(IllegalArgumentException.class, call, name, call.tensor(name).type(), 0, 0));
  }

  @Test
  void argumentsOfClosedMemoryAreRefused() {
    forEachArgument((call, name) -> {
      Slab slab = slab(call.tensor(name).type(), call.tensor(name).shape());
      slab.close();
      assertRefused(IllegalStateException.class, call, name, slab.tensor(0));
    });
  }

  @Test
  void readOnlyMemoryIsRefusedWhereItWouldBeWritten() {
    forEachArgument((call, name) -> {
      Tensor tensor = call.tensor(name);
      Tensor readOnly = Tensor.of(tensor.segment().asReadOnly(), tensor.type(), tensor.shape());
      if (call.isWritten(name)) {
        assertRefused(IllegalArgumentException.class, call, name, readOnly);
      } else {
        call.runWith(kernel, name, readOnly);
      }
    });
  }

  @Test
  void overlappingArgumentsAreRefusedWhereOneIsWritten() {
    forEachArgument((call, written) -> {
      for (String name : call.names()) {
        boolean isApart = !name.equals(written) && !SHARED.contains(call.operation() + " " + name);
        if (call.isWritten(written) && isApart) {
          assertRefusedWithin(call, name, written);
          assertRefusedWithin(call, written, name);
        }
      }
    });
  }

  /** An argument is refused in the memory of another, if that has room for it. */
  private void assertRefusedWithin(KernelCall call, String name, String other) {
    Tensor tensor = call.tensor(name);
    Tensor place = call.tensor(other);
    boolean fits = tensor.segment().byteSize() <= place.segment().byteSize();
    boolean aligned = tensor.type() != ElementType.BF16_BLOCKS || place.address() % Blocks.ROW_BYTES == 0;
    if (fits && aligned) {
      Tensor overlapping = Tensor.of(place.segment(), tensor.type(), tensor.shape());
      String message = assertThrows(IllegalArgumentException.class, () -> call.runWith(kernel, name, overlapping)).getMessage();
      assertTrue(message.contains("overlaps") && message.contains(call.operation()), message);
    }
  }

  @Test
  void idsOutOfRangeAreRefused() {
    try (Operands operands = new Operands(kernel, 1)) {
      for (String maker : Set.of("embed", "embedBackward", "crossEntropy", "crossEntropyBackward")) {
        KernelCall call = KernelCalls.all().get(maker).apply(operands);
        String name = maker.startsWith("crossEntropy") ? "targets" : "tokens";
        int limit = maker.startsWith("crossEntropy") ? (int) call.tensor("logits").dimension(1) : 9;
        for (int id : new int[] {-1, limit, Integer.MIN_VALUE, Integer.MAX_VALUE}) {
          int[] ids = call.tensor(name).toInts();
          ids[ids.length - 1] = id;
          try (Slab slab = slab(ElementType.I32, call.tensor(name).shape())) {
            slab.tensor(0).setInts(ids);
            assertRefused(IllegalArgumentException.class, call, name, slab.tensor(0));
          }
        }
      }
      operands.checkIntact();
    }
  }

  @Test
  void positionsOutsideTheCacheOrTheEmbeddingAreRefused() {
    try (Operands operands = new Operands(kernel, 2)) {
      Tensor tokens = operands.ids("tokens", 3, 1, 4);
      Tensor tokenEmbedding = operands.input("tokenEmbedding", 3, 6);
      Tensor rows = operands.inOut("rows", 4, 6);
      Tensor positionEmbedding = operands.input("positionEmbedding", 7, 6);
      Tensor cache = operands.input("cache", 2, 7, 3);
      Tensor otherCache = operands.input("otherCache", 2, 7, 3);
      Tensor out = operands.operandOutput("out", 4, 6);
      Tensor queryKeyValue = operands.operand("queryKeyValue", 4, 18);
      for (int position : new int[] {-1, 4, Integer.MAX_VALUE}) {
        assertThrows(IllegalArgumentException.class,
            () -> kernel.embed(rows, tokens, tokenEmbedding, positionEmbedding, position, Dropout.NONE), "embed at " + position);
        assertThrows(IllegalArgumentException.class,
            () -> kernel.attentionWithCache(out, cache, otherCache, queryKeyValue, position), "attentionWithCache at " + position);
      }
      for (long[] shape : new long[][] {{7, 6}, {4, 7, 3}, {2, 7, 2}, {0, 7, 3}, {12, 7, 1}, {1, 2, 7, 3}}) {
        Tensor keys = operands.input("keys", shape);
        Tensor values = operands.input("values", shape);
        assertThrows(IllegalArgumentException.class,
            () -> kernel.attentionWithCache(out, keys, values, queryKeyValue, 0), "keys " + Arrays.toString(shape));
      }
      operands.checkIntact();
    }
  }

  @Test
  void attentionShapesBeyondReasonAreRefused() {
    try (Operands operands = new Operands(kernel, 3)) {
      Tensor out = operands.operandOutput("out", 4, 6);
      Tensor logSumExp = operands.output("logSumExp", 1, 2, 4);
      Tensor queryKeyValue = operands.operand("queryKeyValue", 4, 18);
      Tensor dqueryKeyValue = operands.operandOutput("dqueryKeyValue", 4, 18);
      Tensor dout = operands.operand("dout", 4, 6);
      int big = 1 << 16;
      int wide = big + 1;
      for (AttentionShape shape : new AttentionShape[] {new AttentionShape(0, 4, 2, 3), new AttentionShape(-1, -4, 2, 3),
          new AttentionShape(1, 4, -2, -3), new AttentionShape(1, 4, big, big), new AttentionShape(1, 4, 1, wide),
          new AttentionShape(1, 4, 2, 0, 3),
          new AttentionShape(1, 4, 3, 2, 2), new AttentionShape(1, 4, 2, 4, 3)}) {
        String forward =
            assertThrows(
                IllegalArgumentException.class,
                () -> kernel.attention(out, logSumExp, queryKeyValue, shape, Dropout.NONE)).getMessage();
        assertTrue(forward.startsWith("The argument shape of attention is "), forward);
        String backward =
            assertThrows(
                IllegalArgumentException.class,
                () -> kernel.attentionBackward(dqueryKeyValue, dout, out, logSumExp, queryKeyValue, shape, Dropout.NONE)).getMessage();
        assertTrue(backward.startsWith("The argument shape of attentionBackward is "), backward);
      }
      operands.checkIntact();
    }
  }

  @Test
  void normsWithoutAnEpsilonAboveZeroAreRefused() {
    try (Operands operands = new Operands(kernel, 5)) {
      Tensor in = operands.input("in", 4, 6);
      Tensor out = operands.operandOutput("out", 4, 6);
      Tensor mean = operands.output("mean", 4);
      Tensor reciprocal = operands.output("reciprocal", 4);
      Tensor scale = operands.input("scale", 6);
      Tensor shift = operands.input("shift", 6);
      Tensor kept = operands.operandOutput("kept", 4, 6);
      Tensor headScale = operands.input("headScale", 3);
      Tensor headGradient = operands.inOut("headGradient", 3);
      for (float epsilon : new float[] {0, -1e-5f, Float.NaN, Float.POSITIVE_INFINITY}) {
        for (Executable norm : List.<Executable>of(
            () -> kernel.layerNorm(out, mean, reciprocal, in, scale, shift, epsilon),
            () -> kernel.rmsNorm(out, reciprocal, in, scale, epsilon),
            () -> kernel.headNorm(out, kept, headScale, 0, 2, epsilon),
            () -> kernel.headNormBackward(out, headGradient, kept, headScale, 0, 2, epsilon))) {
          String message = assertThrows(IllegalArgumentException.class, norm).getMessage();
          assertTrue(message.startsWith("The argument epsilon of ") && message.contains(" is " + epsilon + ": "), message);
        }
      }
      operands.checkIntact();
    }
  }

  @Test
  void scalesOfHeadsWithoutADimensionAreRefused() {
    try (Operands operands = new Operands(kernel, 8)) {
      Tensor matrix = operands.operandOutput("matrix", 4, 6);
      Tensor scale = Tensor.of(operands.input("scale", 1).segment(), ElementType.F32);
      String message = assertThrows(IllegalArgumentException.class, () -> kernel.headNorm(matrix, null, scale, 0, 2, 1e-5f)).getMessage();
      assertTrue(message.startsWith("The argument scale of headNorm is "), message);
    }
  }

  /** What is metered is checked by the kernel, and a meter reads no dimensions that are not there. */
  @Test
  void metersRefuseWhatTheKernelRefuses() {
    try (Operands operands = new Operands(kernel, 9)) {
      Kernel metered = new MeteredKernel(kernel, new PhaseTimes());
      Tensor in = operands.operand("in", 4, 6);
      Tensor dout = operands.operand("dout", 4, 3);
      Tensor flat = operands.inOut("flat", 18);
      String message =
          assertThrows(IllegalArgumentException.class, () -> metered.linearWeightGradient(flat, null, dout, in, Accumulation.SET))
              .getMessage();
      assertTrue(message.startsWith("The argument dweight of linearWeightGradient is "), message);
    }
  }

  /** What may be written in the place of an input is refused beside it. */
  @Test
  void argumentsThatOverlapInPartAreRefusedAlsoWhereTheyMayBeTheSame() {
    try (Operands operands = new Operands(kernel, 7)) {
      Tensor floats = operands.inOut("floats", 96, 6);
      Tensor values = operands.operandOutput("values", 96, 6);
      Tensor in = operands.operand("in", 64, 6);
      Tensor residual = operands.input("residual", 64, 6);
      Tensor losses = operands.output("losses", 64);
      Tensor targets = operands.ids("targets", 6, 64);
      for (Executable call : List.<Executable>of(
          () -> kernel.addResidual(floats.rows(0, 64), residual, floats.rows(32, 96), Dropout.NONE),
          () -> kernel.activateBackward(values.rows(32, 96), values.rows(0, 64), in, ActivationFunction.GELU),
          () -> kernel.crossEntropyBackward(losses, values.rows(0, 64), values.rows(32, 96), targets, 1, 0))) {
        String message = assertThrows(IllegalArgumentException.class, call).getMessage();
        assertTrue(message.contains("it is written to, and overlaps another argument"), message);
      }
      operands.checkIntact();
    }
  }

  @Test
  void headsThatAreNotInTheKeptRowsAreRefused() {
    try (Operands operands = new Operands(kernel, 6)) {
      Tensor matrix = operands.operandOutput("matrix", 4, 12);
      Tensor narrow = operands.operandOutput("narrow", 4, 6);
      Tensor scale = operands.input("scale", 3);
      Tensor dscale = operands.inOut("dscale", 3);
      for (Executable norm : List.<Executable>of(
          () -> kernel.headNorm(matrix, narrow, scale, 1, 2, 1e-5f),
          () -> kernel.headNormBackward(matrix, dscale, narrow, scale, 1, 2, 1e-5f))) {
        String message = assertThrows(IllegalArgumentException.class, norm).getMessage();
        assertTrue(message.startsWith("The argument kept of headNorm"), message);
      }
      operands.checkIntact();
    }
  }

  @Test
  void messagesSayWhatWasExpected() {
    try (Operands operands = new Operands(kernel, 4)) {
      Tensor in = operands.operand("in", 2, 8);
      Tensor weight = operands.weight("weight", 5, 7);
      Tensor out = operands.output("out", 2, 5);
      Exception e = assertThrows(IllegalArgumentException.class, () -> kernel.linear(out, in, KernelCall.weight(kernel, weight), null));
      assertEquals("The argument weight of linear is F32[5, 7]: expected [5, 8].", e.getMessage());
    }
  }

  private void forEachArgument(BiConsumer<KernelCall, String> check) {
    for (Function<Operands, KernelCall> maker : KernelCalls.all().values()) {
      try (Operands operands = new Operands(kernel, 11)) {
        KernelCall call = maker.apply(operands);
        for (String name : call.names()) {
          check.accept(call, name);
        }
      }
    }
  }

  private void assertRefused(Class<? extends RuntimeException> type, KernelCall call, String name, ElementType elements, long... shape) {
    try (Slab slab = slab(elements, shape)) {
      assertRefused(type, call, name, slab.tensor(0));
    }
  }

  /**
   * The message names the operation, and an argument: which of two that do not fit is the wrong one is a matter of taste. What is no weight
   * at all may be refused where it would become one.
   */
  private void assertRefused(Class<? extends RuntimeException> type, KernelCall call, String name, Tensor tensor) {
    String what = call + " with " + name + " " + tensor;
    String message = assertThrows(type, () -> call.runWith(kernel, name, tensor), what).getMessage();
    boolean asWeight = name.equals("weight") && message.contains("argument matrices of weights");
    assertTrue(asWeight || message.contains(" of " + call.operation() + " ") || message.contains(" of " + call.operation() + ","), message);
    assertTrue(asWeight || call.names().stream().anyMatch(argument -> message.contains("argument " + argument + " ")), message);
    assertTrue(message.endsWith("."), message);
  }

  private static Slab slab(ElementType type, long... shape) {
    SlabLayout layout = new SlabLayout();
    layout.add(Arrays.toString(shape), type, shape);
    return layout.allocate();
  }
}
