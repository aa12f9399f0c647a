package dev.minnow.kernel;

import java.util.stream.Stream;

/** The kernels that every test of an operation runs with. JUnit closes them. */
final class KernelsUnderTest {
  private KernelsUnderTest() {}

  static Stream<Kernel> all() {
    return Stream.concat(Stream.of(new ScalarKernel()), fast());
  }

  /** Those that are held against the scalar one. */
  static Stream<Kernel> fast() {
    return Stream.of(new VectorKernel(1), new VectorKernel(3));
  }
}
