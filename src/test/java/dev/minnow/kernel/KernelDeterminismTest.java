package dev.minnow.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The same operands give the same bits: again, with any number of threads, and in the interpreter as compiled. */
@ParameterizedClass
@MethodSource("dev.minnow.kernel.KernelsUnderTest#makers")
class KernelDeterminismTest {
  /** In the interpreter each operation takes a thousand times as long. */
  private static final int LARGEST_SIZE_INTERPRETED = 33;

  @TempDir
  private Path folder;

  private final IntFunction<Kernel> maker;

  KernelDeterminismTest(IntFunction<Kernel> maker) {
    this.maker = maker;
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 7})
  void bitsDoNotDependOnTheNumberOfThreads(int threads) {
    try (Kernel one = maker.apply(1); Kernel several = maker.apply(threads)) {
      assertEquals(hashes(one, 8, Integer.MAX_VALUE), hashes(several, 8, Integer.MAX_VALUE));
    }
  }

  /** The first rounds run in the interpreter, later ones in the code of one compiler after the other. */
  @Test
  void bitsDoNotChangeWhileTheCodeWarmsUp() {
    try (Kernel kernel = maker.apply(2)) {
      SequencedMap<String, Integer> first = hashes(kernel, 3, Integer.MAX_VALUE);
      for (int round = 1; round < 15; round++) {
        assertEquals(first, hashes(kernel, 3, Integer.MAX_VALUE), "round " + round);
      }
    }
  }

  @Test
  void bitsAreThoseOfTheInterpreter() throws Exception {
    try (Kernel kernel = maker.apply(1)) {
      for (int round = 1; round < 10; round++) {
        hashes(kernel, 4, LARGEST_SIZE_INTERPRETED);
      }
      assertEquals(hashes(kernel, 4, LARGEST_SIZE_INTERPRETED).toString(), interpreted(kernel.name()));
    }
  }

  private String interpreted(String name) throws IOException, InterruptedException {
    List<String> flags = new ArrayList<>(List.of("-Xint"));
    String bits = System.getProperty("minnow.vectorBits");
    if (bits != null) {
      flags.add("-Dminnow.vectorBits=" + bits);
    }
    return JavaProcess.run(folder, flags, Interpreted.class, name).strip();
  }

  /** A program that prints the hashes; the test starts it without compilers. */
  static final class Interpreted {
    private Interpreted() {}

    public static void main(String[] arguments) {
      try (Kernel kernel = KernelsUnderTest.open(arguments[0], 1)) {
        System.out.println(hashes(kernel, 4, LARGEST_SIZE_INTERPRETED));
      }
    }
  }

  /** A hash of the bits of all that each operation writes, over a few shapes. */
  private static SequencedMap<String, Integer> hashes(Kernel kernel, int shapes, int largestSize) {
    SequencedMap<String, Integer> hashes = new TreeMap<>();
    KernelCalls.all().forEach((name, maker) -> {
      int hash = 0;
      for (int seed = 1; seed <= shapes; seed++) {
        try (Operands operands = new Operands(kernel, seed, largestSize)) {
          KernelCall call = maker.apply(operands);
          call.run(kernel);
          for (String argument : call.names()) {
            hash = 31 * hash + Arrays.hashCode(call.tensor(argument).toInts());
          }
        }
      }
      hashes.put(name, hash);
    });
    try (Operands operands = new Operands(kernel, 1)) {
      hashes.put("sumOfSquares",
          Double.hashCode(kernel.sumOfSquares(List.of(operands.input("values", 40_003), operands.input("others", 17)))));
    }
    return hashes;
  }
}
