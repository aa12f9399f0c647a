package dev.minnow.kernel;

import java.util.stream.Stream;

/** The kernels that every test of an operation runs with. JUnit closes them. */
final class KernelsUnderTest {
  private KernelsUnderTest() {}

  static Stream<Kernel> all() {
    return Stream.of(new ScalarKernel());
  }
}
