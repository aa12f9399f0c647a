package dev.minnow.kernel;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.minnow.kernel.bfloat.BfloatSupport;
import dev.minnow.kernel.block.MatrixUnit;
import dev.minnow.kernel.product.Panels;
import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class KernelChoiceTest {
  private static final String BITS = "vectors of (128|256|512) bits";
  private static final String MACHINE_CODE = Panels.areHere() ? " and machine code" : "; no machine code: .+";

  @Test
  void namesAreThoseOfTheCommandLine() {
    assertEquals(KernelChoice.AUTO, KernelChoice.of("auto"));
    assertEquals(KernelChoice.SCALAR, KernelChoice.of("scalar"));
    assertEquals(KernelChoice.VECTOR, KernelChoice.of("vector"));
    assertEquals(KernelChoice.BF16, KernelChoice.of("bf16"));
    assertEquals(KernelChoice.AMX, KernelChoice.of("amx"));
    Exception e = assertThrows(IllegalArgumentException.class, () -> KernelChoice.of("Vector"));
    assertEquals("There is no kernel Vector; choose one of auto, scalar, vector, bf16, amx.", e.getMessage());
  }

  @Test
  void autoIsVectorForWeightsInFloat32() {
    try (Kernel kernel = KernelChoice.AUTO.open(WeightUse.FP32, 2)) {
      assertEquals("vector", kernel.name());
      assertEquals(2, kernel.threads());
    }
    assertTrue(KernelChoice.AUTO.reason(WeightUse.FP32).matches("vector, with " + BITS + MACHINE_CODE),
        KernelChoice.AUTO.reason(WeightUse.FP32));
  }

  /** Each falls back, and says so, to the next that the machine has; there it passes its self-test. */
  @ParameterizedTest
  @EnumSource(names = {"AUTO", "AMX", "BF16"})
  void trainingIsOnTheFastestUnitOfTheMachine(KernelChoice choice) {
    String tiles = BfloatSupport.obstacle(MatrixUnit.TILES);
    String pairs = BfloatSupport.obstacle(MatrixUnit.PAIRS);
    String name = "vector";
    String reason = "vector, with " + BITS + MACHINE_CODE + "; not amx: " + tiles + "; not bf16: " + pairs;
    if (choice != KernelChoice.BF16 && tiles == null) {
      name = "amx";
      reason = "amx, with tiles of bfloat16 and " + BITS;
    } else if (pairs == null) {
      name = "bf16";
      reason = "bf16, with pairs of bfloat16 and " + BITS + "; not amx: " + tiles;
    }
    if (choice == KernelChoice.BF16) {
      reason = reason.replace("; not amx: " + tiles, "");
    }
    try (Kernel kernel = choice.open(WeightUse.TRAINING, 2)) {
      assertEquals(name, kernel.name());
      assertEquals(2, kernel.threads());
    }
    assertTrue(choice.reason(WeightUse.TRAINING).matches(reason), choice.reason(WeightUse.TRAINING));
  }

  @ParameterizedTest
  @EnumSource(names = {"BF16", "INT8"})
  void roundedWeightsAreUsedByWhatTrains(WeightUse use) {
    assertEquals(KernelChoice.AUTO.reason(WeightUse.TRAINING), KernelChoice.AUTO.reason(use));
  }

  @Test
  void scalarHasOneThread() {
    try (Kernel kernel = KernelChoice.SCALAR.open(WeightUse.TRAINING, 8)) {
      assertEquals("scalar", kernel.name());
      assertEquals(1, kernel.threads());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1})
  void fewerThanOneThreadIsRefused(int threads) {
    assertThrows(IllegalArgumentException.class, () -> KernelChoice.SCALAR.open(WeightUse.TRAINING, threads));
  }

  @Test
  void withoutTheModuleAutoIsScalarAndSaysHowToGetMore() throws Exception {
    checkThatAutoIsScalar(
        List.of(),
        "the JVM was started without --add-modules jdk.incubator.vector",
        "start java with --add-modules jdk.incubator.vector");
  }

  @ParameterizedTest
  @CsvSource({"-XX:-UseFMA, the processor has no fused multiply-add",
      "-XX:MaxVectorSize=8, the Vector API found no vectors of 128 bits or more on this CPU"})
  void whereVectorsAreNoUseAutoIsScalarAndSaysHowToGetMore(String flag, String reason) throws Exception {
    checkThatAutoIsScalar(
        List.of("--add-modules=jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED", flag),
        reason,
        "take a machine with AVX2 and FMA, AVX-512 or NEON, and a JVM with its C2 compiler");
  }

  /** The processor is asked by machine code first; then the system lets no more of it in. */
  @Test
  @EnabledOnOs(value = OS.LINUX, architectures = "amd64", disabledReason = "there is no machine code elsewhere")
  void whereMachineCodeIsRefusedAutoIsVectorAndSaysSo(@TempDir Path folder) throws Exception {
    List<String> lines = runWithRefusedMachineCode(folder, RefusedMachineCode.LATE);
    String refused = "its self-test failed: the system gives no executable memory for machine code";
    String expected = "vector, with " + BITS + "; no machine code: there is none for these vectors here";
    List<String> missed = new ArrayList<>();
    for (MatrixUnit unit : MatrixUnit.values()) {
      String obstacle = BfloatSupport.obstacle(unit);
      expected += "; not " + unit.kernelName + ": " + (obstacle == null ? refused : obstacle);
      if (obstacle == null) {
        missed.add(unit.kernelName + ": " + refused);
      }
    }
    assertTrue(lines.getLast().matches(expected), lines.toString());
    List<String> warning =
        missed.isEmpty() ? List.of()
            : List.of("WARNING: Minnow runs on its vector kernel and not on " + String.join("; nor on ", missed) + ".");
    assertEquals(warning, warnings(lines), lines.toString());
  }

  @Test
  @EnabledOnOs(value = OS.LINUX, architectures = "amd64", disabledReason = "there is no machine code elsewhere")
  void whereNotEvenTheProcessorCanBeAskedOneLineSaysSo(@TempDir Path folder) throws Exception {
    List<String> lines = runWithRefusedMachineCode(folder, "");
    String refused = "the system gives no executable memory for machine code";
    String expected = "vector, with " + BITS + "; no machine code: " + refused + "; not amx: " + refused + "; not bf16: " + refused;
    assertTrue(lines.getLast().matches(expected), lines.toString());
    assertEquals(List.of("WARNING: Minnow runs slower than it could, because " + refused + "."), warnings(lines), lines.toString());
  }

  /** What it prints; the JVM's own code has its memory from the start. */
  private static List<String> runWithRefusedMachineCode(Path folder, String argument) throws Exception {
    List<String> flags = List.of("-XX:InitialCodeCacheSize=64m", "-XX:ReservedCodeCacheSize=64m", "-XX:-SegmentedCodeCache");
    List<String> lines = JavaProcess.run(folder, flags, RefusedMachineCode.class, argument).lines().toList();
    assumeFalse(lines.isEmpty(), "Linux before 6.3 refuses nothing");
    return lines;
  }

  private static List<String> warnings(List<String> lines) {
    return lines.stream().filter(line -> line.startsWith("WARNING: Minnow")).toList();
  }

  @Test
  void aKernelThatWasAskedForAndCannotRunIsNamedInOneLine(@TempDir Path folder) throws Exception {
    String program = JavaProcess.run(folder, List.of("-Dminnow.machineCode=false"), OpensAmx.class, "");
    List<String> lines = program.lines().toList();
    String why = "(the system property minnow.machineCode forbids it|it needs Linux on x86-64)";
    assertEquals(1, warnings(lines).size(), program);
    assertTrue(warnings(lines).getFirst().matches("WARNING: Minnow runs on its vector kernel and not on amx: " + why + "\\."), program);
  }

  /** A program that opens the kernel on tiles again and again, and sends what the log says to standard output. */
  static final class OpensAmx {
    private OpensAmx() {}

    public static void main(String[] arguments) {
      System.setErr(System.out);
      for (int round = 0; round < 3; round++) {
        KernelChoice.AMX.open(WeightUse.TRAINING, 1).close();
      }
    }
  }

  /** A program that prints which kernel it runs on and why, after what the log says. */
  static final class RefusedMachineCode {
    /** The argument that has the processor asked before the system refuses machine code. */
    static final String LATE = "late";

    private static final int PR_SET_MDWE = 65;
    private static final long PR_MDWE_REFUSE_EXEC_GAIN = 1;

    private RefusedMachineCode() {}

    public static void main(String[] arguments) throws Throwable {
      System.setErr(System.out);
      if (arguments[0].equals(LATE)) {
        BfloatSupport.obstacle(MatrixUnit.TILES);
      }
      FunctionDescriptor descriptor = FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
      Linker linker = Linker.nativeLinker();
      MethodHandle prctl =
          linker.downcallHandle(linker.defaultLookup().findOrThrow("prctl"), descriptor, Linker.Option.firstVariadicArg(1));
      if ((int) prctl.invokeExact(PR_SET_MDWE, PR_MDWE_REFUSE_EXEC_GAIN, 0L, 0L, 0L) == 0) {
        KernelChoice.AUTO.open(WeightUse.TRAINING, 2).close();
        System.out.print(KernelChoice.AUTO.reason(WeightUse.TRAINING));
      }
    }
  }

  private static void checkThatAutoIsScalar(List<String> flags, String reason, String remedy) throws Exception {
    List<String> expected = List.of("scalar", "scalar, because " + reason, "scalar, as asked for", "none, because " + reason,
        "The vector kernel cannot run: " + reason + ".");
    List<String> lines = runWithoutVectors(flags);
    assertEquals(expected, lines.stream().filter(line -> expected.contains(line)).toList(), lines.toString());
    List<String> warnings = lines.stream().filter(line -> line.contains("is many times slower")).toList();
    assertEquals(1, warnings.size(), lines.toString());
    assertTrue(warnings.getFirst().endsWith("because " + reason + "; " + remedy + "."), lines.toString());
  }

  @ParameterizedTest
  @CsvSource({"-Xint, -Xint", "-XX:TieredStopAtLevel=3, -XX:TieredStopAtLevel"})
  void aFlagThatMakesVectorsObjectsIsPartOfTheReason(String flag, String named, @TempDir Path folder) throws Exception {
    String reason = JavaProcess.run(folder, List.of(flag), PrintsReason.class, "");
    assertTrue(reason.endsWith("; many times slower than it could be, because of " + named), reason);
  }

  /** A program that prints why the vector kernel runs as it does. */
  static final class PrintsReason {
    private PrintsReason() {}

    public static void main(String[] arguments) {
      System.out.print(KernelChoice.VECTOR.reason(WeightUse.FP32));
    }
  }

  private static List<String> runWithoutVectors(List<String> flags) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(flags);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), WithoutVectors.class.getName()));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), output);
    return output.lines().toList();
  }

  /** A program that is started where there are no vectors. */
  static final class WithoutVectors {
    private WithoutVectors() {}

    public static void main(String[] arguments) {
      try (Kernel kernel = KernelChoice.AUTO.open(WeightUse.TRAINING, 2)) {
        System.out.println(kernel.name());
      }
      KernelChoice.AUTO.open(WeightUse.FP32, 1).close();
      System.out.println(KernelChoice.AUTO.reason(WeightUse.FP32));
      KernelChoice.SCALAR.open(WeightUse.FP32, 1).close();
      System.out.println(KernelChoice.SCALAR.reason(WeightUse.FP32));
      System.out.println(KernelChoice.BF16.reason(WeightUse.TRAINING));
      try (Kernel kernel = KernelChoice.VECTOR.open(WeightUse.TRAINING, 2)) {
        System.out.println(kernel.name());
      } catch (IllegalStateException e) {
        System.out.println(e.getMessage());
      }
    }
  }
}
