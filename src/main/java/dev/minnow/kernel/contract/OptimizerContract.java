package dev.minnow.kernel.contract;

import static dev.minnow.kernel.contract.Argument.requireCount;
import static dev.minnow.kernel.contract.Argument.requireFloats;
import static dev.minnow.kernel.contract.Argument.requireMatrix;
import static dev.minnow.kernel.contract.Argument.requireOutput;
import static dev.minnow.kernel.contract.Argument.requireShare;

import dev.minnow.kernel.AdamWTensors;
import dev.minnow.kernel.MuonTensors;
import dev.minnow.kernel.SgdTensors;
import dev.minnow.memory.ElementType;
import dev.minnow.memory.Tensor;
import java.util.List;

/** The part of {@link KernelContract} for what moves parameters. */
public final class OptimizerContract {
  public void adamW(List<AdamWTensors> tensors) {
    String operation = "adamW";
    for (AdamWTensors t : tensors) {
      long count = t.parameters().elementCount();
      requireCount(operation, "parameters", t.parameters(), count);
      requireCount(operation, "gradients", t.gradients(), count);
      requireCount(operation, "firstMoments", t.firstMoments(), count);
      requireCount(operation, "secondMoments", t.secondMoments(), count);
      requireOutput(operation, "parameters", t.parameters(), t.gradients(), t.firstMoments(), t.secondMoments());
      requireOutput(operation, "firstMoments", t.firstMoments(), t.gradients(), t.secondMoments());
      requireOutput(operation, "secondMoments", t.secondMoments(), t.gradients());
    }
  }

  public void sgd(List<SgdTensors> tensors) {
    String operation = "sgd";
    for (SgdTensors t : tensors) {
      long count = t.parameters().elementCount();
      requireCount(operation, "parameters", t.parameters(), count);
      requireCount(operation, "gradients", t.gradients(), count);
      requireCount(operation, "momentum", t.momentum(), count);
      requireOutput(operation, "parameters", t.parameters(), t.gradients(), t.momentum());
      requireOutput(operation, "momentum", t.momentum(), t.gradients());
    }
  }

  public void muon(List<MuonTensors> tensors) {
    String operation = "muon";
    for (MuonTensors t : tensors) {
      requireMatrix(operation, "parameters", t.parameters(), ElementType.F32);
      long rows = t.parameters().dimension(0);
      long columns = t.parameters().dimension(1);
      long small = Math.min(rows, columns);
      requireFloats(operation, "gradients", t.gradients(), rows, columns);
      requireFloats(operation, "momentum", t.momentum(), rows, columns);
      requireFloats(operation, "update", t.update(), rows, columns);
      requireFloats(operation, "product", t.product(), rows, columns);
      requireFloats(operation, "gram", t.gram(), small, small);
      requireFloats(operation, "square", t.square(), small, small);
      requireOutput(operation, "parameters", t.parameters(), t.gradients(), t.momentum(), t.update(), t.product(), t.gram(), t.square());
      requireOutput(operation, "momentum", t.momentum(), t.gradients(), t.update(), t.product(), t.gram(), t.square());
      requireOutput(operation, "update", t.update(), t.gradients(), t.product(), t.gram(), t.square());
      requireOutput(operation, "product", t.product(), t.gradients(), t.gram(), t.square());
      requireOutput(operation, "gram", t.gram(), t.gradients(), t.square());
      requireOutput(operation, "square", t.square(), t.gradients());
    }
  }

  public void average(List<Tensor> averages, List<Tensor> values, float share) {
    String operation = "average";
    requireShare(operation, "share", share, share <= 1);
    if (averages.size() != values.size()) {
      throw new IllegalArgumentException(
          "The argument values of " + operation + " has " + values.size() + " tensors: expected " + averages.size() + ".");
    }
    for (int i = 0; i < averages.size(); i++) {
      requireCount(operation, "averages", averages.get(i), averages.get(i).elementCount());
      requireCount(operation, "values", values.get(i), averages.get(i).elementCount());
      requireOutput(operation, "averages", averages.get(i), values.get(i));
    }
  }

  public void sumOfSquares(List<Tensor> tensors) {
    tensors.forEach(values -> requireCount("sumOfSquares", "values", values, values.elementCount()));
  }
}
