package dev.minnow.kernel.meter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.minnow.kernel.ActivationFunction;
import dev.minnow.kernel.AdamWStep;
import dev.minnow.kernel.AttentionShape;
import dev.minnow.kernel.Dropout;
import dev.minnow.kernel.Kernel;
import dev.minnow.kernel.MuonStep;
import dev.minnow.kernel.SgdStep;
import dev.minnow.kernel.Weight;
import dev.minnow.kernel.WeightSet;
import dev.minnow.kernel.WeightUse;
import dev.minnow.kernel.scalar.ScalarKernel;
import dev.minnow.memory.ElementType;
import dev.minnow.memory.Slab;
import dev.minnow.memory.SlabLayout;
import dev.minnow.memory.Tensor;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class MeteredKernelTest {
  /** Calls two operations, the first of them twice. */
  private static void call(Kernel kernel, Slab slab) {
    Tensor in = slab.tensor(0);
    try (WeightSet weights = kernel.weights(List.of(slab.tensor(1)), WeightUse.TRAINING)) {
      kernel.linear(slab.tensor(2), in, weights.weights().getFirst(), null);
      kernel.linear(slab.tensor(2), in, weights.weights().getFirst(), null);
      kernel.activate(slab.tensor(3), in, ActivationFunction.GELU);
    }
  }

  private static Slab slab() {
    SlabLayout layout = new SlabLayout();
    layout.add("in", ElementType.F32, 3, 5);
    layout.add("weight", ElementType.F32, 7, 5);
    layout.add("out", ElementType.F32, 3, 7);
    layout.add("activated", ElementType.F32, 3, 5);
    Slab slab = layout.allocate();
    for (int i = 0; i < 15; i++) {
      slab.tensor(0).setFloat(i, i);
      slab.tensor(1).setFloat(i, 1 - i);
    }
    return slab;
  }

  @Test
  void countsCallsAndOperationsAndLeavesResultsAsTheyAre() {
    PhaseTimes times = new PhaseTimes();
    try (Kernel kernel = new MeteredKernel(new ScalarKernel(), times); Slab slab = slab(); Slab expected = slab()) {
      call(kernel, slab);
      call(new ScalarKernel(), expected);
      for (int i = 0; i < 21; i++) {
        assertEquals(expected.tensor(2).getFloat(i), slab.tensor(2).getFloat(i), "element " + i);
      }
      List<PhaseTimes.Phase> phases = times.phases();
      assertEquals(2, phases.size(), phases.toString());
      PhaseTimes.Phase linear = phases.stream().filter(phase -> phase.operation().startsWith("linear")).findFirst().orElseThrow();
      assertEquals("linear 3 x 5 x 7", linear.operation());
      assertEquals(2, linear.calls());
      assertEquals(2 * 2.0 * 3 * 5 * 7, linear.operations());
      assertTrue(linear.seconds() > 0, linear.toString());
      assertTrue(phases.getFirst().seconds() >= phases.getLast().seconds(), phases.toString());
    }
  }

  @Test
  void countsNothingWhilePausedAndForgetsOnReset() {
    PhaseTimes times = new PhaseTimes();
    try (Kernel kernel = new MeteredKernel(new ScalarKernel(), times); Slab slab = slab()) {
      times.pause();
      call(kernel, slab);
      assertEquals(List.of(), times.phases());
      times.resume();
      call(kernel, slab);
      assertEquals(2, times.phases().size());
      times.reset();
      assertEquals(List.of(), times.phases());
    }
  }

  /** An argument of a call, another at each place. */
  private static Object argument(Class<?> type, int place, Slab slab) {
    Map<Class<?>, Object> arguments =
        Map.of(
            Tensor.class, slab.tensor(place),
            Weight.class, (Weight) () -> slab.tensor(place),
            List.class, List.of(place),
            AttentionShape.class, new AttentionShape(1, 2, 3, place),
            Dropout.class, new Dropout(0.5f, place),
            AdamWStep.class, new AdamWStep(1, 2, 3, 4, 5, 6, 7, place),
            SgdStep.class, new SgdStep(1, 2, 3, place),
            int.class, place,
            long.class, (long) place,
            float.class, (float) place);
    Object argument = type.isEnum() ? new ArrayList<>(List.of(type.getEnumConstants())).getLast() : arguments.get(type);
    return type == MuonStep.class ? new MuonStep(1, 2, 3, place) : Objects.requireNonNull(argument, type.toString());
  }

  private static @Nullable Object answer(Class<?> type) {
    return Map
        .<Class<?>, Object>of(double.class, 2.5, long.class, 7L, int.class, 3, String.class, "inner", ElementType.class, ElementType.I32)
        .get(type);
  }

  /** Forwarding by hand is where two tensors of a call change places. */
  @Test
  void everyOperationIsPassedOnWithItsOwnArgumentsAndMeteredByItsName() throws ReflectiveOperationException {
    List<Object> seen = new ArrayList<>();
    Kernel inner =
        (Kernel) Proxy.newProxyInstance(
            Kernel.class.getClassLoader(), new Class<?>[] {Kernel.class}, (proxy, method, arguments) -> {
              seen.add(method);
              seen.add(arguments == null ? List.of() : Arrays.asList(arguments));
              return answer(method.getReturnType());
            });
    PhaseTimes times = new PhaseTimes();
    Kernel metered = new MeteredKernel(inner, times);
    SlabLayout layout = new SlabLayout();
    for (int i = 0; i < 9; i++) {
      layout.add("tensor " + i, ElementType.F32, 2 + i, 3);
    }
    int operations = 0;
    try (Slab slab = layout.allocate()) {
      for (Method method : Kernel.class.getMethods()) {
        if (!Modifier.isStatic(method.getModifiers()) && method.getReturnType() != WeightSet.class) {
          List<Object> arguments = new ArrayList<>();
          for (int i = 0; i < method.getParameterCount(); i++) {
            arguments.add(argument(method.getParameterTypes()[i], i, slab));
          }
          times.reset();
          seen.clear();
          assertEquals(answer(method.getReturnType()), method.invoke(metered, arguments.toArray()), method.toString());
          assertEquals(List.of(method, arguments), seen);
          boolean isOperation = List.of(void.class, double.class).contains(method.getReturnType()) && !method.getName().equals("close");
          List<String> names = times.phases().stream().map(phase -> phase.operation().split(" ", 2)[0]).toList();
          assertEquals(isOperation ? List.of(method.getName()) : List.of(), names, method.toString());
          operations += names.size();
        }
      }
    }
    assertTrue(operations > 25, operations + " operations");
  }
}
