package dev.minnow.kernel.meter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.minnow.kernel.Kernel;
import dev.minnow.kernel.KernelChoice;
import dev.minnow.kernel.KernelsUnderTest;
import dev.minnow.kernel.WeightUse;
import dev.minnow.kernel.bfloat.BfloatKernel;
import dev.minnow.kernel.block.MatrixUnit;
import dev.minnow.kernel.vector.VectorKernel;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Scanner;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.parallel.Isolated;

@Isolated
class LimitMeterTest {
  private static final long PAGE_BYTES = 4096;

  @Test
  void operationsGrowWithTheThreads() {
    for (KernelChoice choice : new KernelChoice[] {KernelChoice.VECTOR, KernelChoice.AUTO}) {
      assertEquals(3 * work(choice, 1, LimitMeter::ofOperations), work(choice, 3, LimitMeter::ofOperations));
    }
  }

  @Test
  void aBlockIsReadOnceWhoeverReadsIt() {
    assertEquals(work(KernelChoice.VECTOR, 1, LimitMeter::ofReads), work(KernelChoice.VECTOR, 2, LimitMeter::ofReads));
  }

  private static double work(KernelChoice choice, int threads, Function<Kernel, LimitMeter> open) {
    try (Kernel kernel = choice.open(WeightUse.TRAINING, threads); LimitMeter meter = open.apply(kernel)) {
      meter.run();
      return meter.work();
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void threadsThatCannotBeHadLeaveNoBlockBehind() throws IOException {
    Kernel withoutThreads =
        (Kernel) Proxy.newProxyInstance(
            Kernel.class.getClassLoader(), new Class<?>[] {Kernel.class},
            (proxy, method, arguments) -> method.getName().equals("threads") ? 0 : "");
    long before = residentBytes();
    assertThrows(IllegalArgumentException.class, () -> new StreamMeter(withoutThreads));
    long left = residentBytes() - before;
    assertTrue(left < 256L << 20, left + " bytes are left of a block of 512 MiB.");
  }

  private static long residentBytes() throws IOException {
    try (Scanner pages = new Scanner(Path.of("/proc/self/statm"), StandardCharsets.UTF_8)) {
      pages.nextLong();
      return PAGE_BYTES * pages.nextLong();
    }
  }

  @Test
  void aKernelsUnitIsKnownByItsName() {
    for (MatrixUnit unit : MatrixUnit.values()) {
      if (KernelsUnderTest.obstacle(unit) == null) {
        try (Kernel kernel = new BfloatKernel(unit, 1)) {
          assertEquals(unit, PeakMeter.unitOf(kernel));
        }
      }
    }
    try (Kernel kernel = new VectorKernel(1)) {
      assertNull(PeakMeter.unitOf(kernel));
    }
  }
}
