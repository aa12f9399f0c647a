package dev.minnow.train.run;

import dev.minnow.kernel.AdamWStep;
import dev.minnow.kernel.AdamWTensors;
import dev.minnow.kernel.Kernel;
import dev.minnow.memory.Tensor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** A kernel with faults in what it computes of losses and parameters. */
final class FaultyKernel {
  /** Spoils the losses (rows) and their gradients of some calls, counted from 1; a small batch has one call a step. */
  interface Fault {
    Fault NONE = (call, losses, dlogits) -> {};

    void spoil(int call, Tensor losses, Tensor dlogits);
  }

  /** Sees, and may spoil, what an update has left. */
  interface AfterUpdate {
    AfterUpdate NOTHING = (tensors, step) -> {};

    void updated(List<AdamWTensors> tensors, AdamWStep step);
  }

  private FaultyKernel() {}

  @SuppressWarnings("unchecked") // The arguments are those of the method of this name.
  static Kernel of(Kernel kernel, Fault fault, AfterUpdate after) {
    AtomicInteger calls = new AtomicInteger();
    return (Kernel) Proxy.newProxyInstance(Kernel.class.getClassLoader(), new Class<?>[] {Kernel.class}, (proxy, method, arguments) -> {
      try {
        Object result = method.invoke(kernel, arguments);
        if (method.getName().equals("crossEntropyBackward")) {
          fault.spoil(calls.incrementAndGet(), (Tensor) arguments[0], (Tensor) arguments[1]);
        } else if (method.getName().equals("adamW")) {
          after.updated((List<AdamWTensors>) arguments[0], (AdamWStep) arguments[1]);
        }
        return result;
      } catch (InvocationTargetException e) {
        throw e.getCause();
      }
    });
  }
}
