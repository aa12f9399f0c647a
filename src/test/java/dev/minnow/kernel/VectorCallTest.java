package dev.minnow.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.minnow.kernel.lane.Lanes;
import java.io.IOException;
import java.lang.reflect.Executable;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.Vector;
import org.junit.jupiter.api.Test;

/** No vector crosses a call: one that does becomes an object wherever the call is not inlined, and its method a hundred times slower. */
class VectorCallTest {
  /** Methods, those that lambdas become included, and constructors of a class that take or return vectors. */
  private static List<String> calls(Class<?> type) {
    List<String> found = new ArrayList<>();
    Stream.of(type.getDeclaredMethods()).filter(m -> isVector(m.getReturnType()) || takesVector(m)).forEach(m -> found.add(m.getName()));
    Stream.of(type.getDeclaredConstructors()).filter(VectorCallTest::takesVector).forEach(c -> found.add("constructor"));
    return found;
  }

  private static boolean takesVector(Executable executable) {
    return Arrays.stream(executable.getParameterTypes()).anyMatch(VectorCallTest::isVector);
  }

  private static boolean isVector(Class<?> type) {
    return type.isArray() ? isVector(type.componentType()) : Vector.class.isAssignableFrom(type);
  }

  private static List<Class<?>> classesOfKernels() throws IOException, URISyntaxException, ClassNotFoundException {
    Path root = Path.of(Kernel.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    List<Class<?>> classes = new ArrayList<>();
    try (Stream<Path> files = Files.walk(root.resolve(Kernel.class.getPackageName().replace('.', '/')))) {
      for (String file : files.map(path -> root.relativize(path).toString()).filter(name -> name.endsWith(".class")).toList()) {
        String name = file.substring(0, file.length() - ".class".length()).replaceAll("[/\\\\]", ".");
        if (!name.endsWith("package-info")) {
          classes.add(Class.forName(name, false, Kernel.class.getClassLoader()));
        }
      }
    }
    return classes;
  }

  @Test
  void noMethodTakesOrReturnsVectors() throws Exception {
    List<String> found = new ArrayList<>();
    List<Class<?>> classes = classesOfKernels();
    for (Class<?> type : classes) {
      calls(type).forEach(call -> found.add(type.getName() + " " + call));
    }
    List<String> names = classes.stream().map(type -> type.getName().replace(Kernel.class.getPackageName(), "")).toList();
    assertTrue(names.containsAll(List.of(".activation.VectorGelu", ".bfloat.TileOutput$Floats", ".pool.Workspace")), names.toString());
    assertEquals(List.of(), found);
  }

  /** No one calls these. */
  @SuppressWarnings({"UnusedMethod", "UnusedVariable", "UnnecessaryLambda"})
  private static final class Boxing {
    Boxing(Vector<Float> vector) {}

    static FloatVector returned() {
      return FloatVector.zero(Lanes.FLOATS);
    }

    static void taken(int count, IntVector vector) {}

    static void takenInAnArray(FloatVector... vectors) {}

    static UnaryOperator<FloatVector> adding() {
      return x -> x.add(1);
    }

    static void allowed(float[] floats, int at) {}
  }

  @Test
  void eachFormOfBoxingIsFound() {
    List<String> found = calls(Boxing.class).stream().map(name -> name.replaceFirst("\\$\\d+$", "")).sorted().toList();
    assertEquals(List.of("constructor", "lambda$adding", "returned", "taken", "takenInAnArray"), found);
  }
}
