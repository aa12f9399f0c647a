package dev.minnow.kernel;

import dev.minnow.memory.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Supplier;

/** One call of one operation, ready to be made, perhaps with some arguments replaced. */
public final class KernelCall {
  /** Calls the operation with its arguments. */
  interface Invocation {
    void on(Kernel kernel, CallArguments arguments);
  }

  private final String operation;
  private final SequencedMap<String, Tensor> arguments = new LinkedHashMap<>();
  private final Map<String, Supplier<double[]>> tolerances = new HashMap<>();
  private final Invocation invocation;

  /** {@code operation} and the names of arguments are those of {@link Kernel}. */
  KernelCall(String operation, Invocation invocation) {
    this.operation = operation;
    this.invocation = invocation;
  }

  /** The weight of this kernel that a tensor holds. */
  public static Weight weight(Kernel kernel, Tensor values) {
    return kernel.weights(List.of(values), WeightUse.TRAINING).weights().getFirst();
  }

  KernelCall reads(String name, Tensor tensor) {
    arguments.put(name, tensor);
    return this;
  }

  /** {@code cellTolerances}, of the tensors before the call: how far float32 rounding may take each cell. */
  KernelCall writes(String name, Tensor tensor, Supplier<double[]> cellTolerances) {
    tolerances.put(name, cellTolerances);
    return reads(name, tensor);
  }

  public String operation() {
    return operation;
  }

  /** Names of all arguments. */
  public List<String> names() {
    return List.copyOf(arguments.keySet());
  }

  public Tensor tensor(String name) {
    return arguments.get(name);
  }

  public boolean isWritten(String name) {
    return tolerances.containsKey(name);
  }

  /** For each tensor that is written, how far rounding may take each cell; asked for before the call. */
  Map<String, double[]> tolerances() {
    Map<String, double[]> cells = new HashMap<>();
    tolerances.forEach((name, supplier) -> cells.put(name, supplier.get()));
    return cells;
  }

  void run(Kernel kernel) {
    run(kernel, arguments);
  }

  private void run(Kernel kernel, Map<String, Tensor> tensors) {
    try (CallArguments prepared = new CallArguments(kernel, tensors)) {
      run(kernel, prepared);
    }
  }

  /** Its arguments, for many calls of this kernel. */
  CallArguments prepared(Kernel kernel) {
    return new CallArguments(kernel, arguments);
  }

  void run(Kernel kernel, CallArguments prepared) {
    invocation.on(kernel, prepared);
  }

  public void runWith(Kernel kernel, String replaced, Tensor by) {
    Map<String, Tensor> changed = new HashMap<>(arguments);
    changed.put(replaced, by);
    run(kernel, changed);
  }

  @Override
  public String toString() {
    List<String> shapes = new ArrayList<>();
    arguments.forEach((name, tensor) -> shapes.add(name + " " + tensor));
    return operation + "(" + String.join(", ", shapes) + ")";
  }
}
