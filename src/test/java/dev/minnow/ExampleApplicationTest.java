package dev.minnow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.zip.GZIPOutputStream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The application in {@code src/example}: built and run with only what a dependency on Minnow brings along. */
class ExampleApplicationTest {
  private static final Path SOURCE = Path.of("src/example/src/main/java/example/Continue.java");

  /** What the pom does not call optional. */
  private static final List<String> BROUGHT_ALONG =
      List.of("fastutil", "jackson-core", "jackson-databind", "jackson-annotations", "jspecify", File.separator + "classes");

  @TempDir
  private static Path temporary;

  /** Trains on the text of its first argument, to the folder of its second. */
  private static final String TRAINER = """
      import dev.minnow.Training;
      import java.nio.file.Path;

      final class Trainer {
        public static void main(String[] words) throws Exception {
          Training.on(words[0]).with("layers", 1).with("heads", 1).with("width", 16).with("context", 16).with("batch", 2)
              .with("vocab-size", 256).with("validation", 0).withSteps(2).run(Path.of(words[1]));
        }
      }
      """;

  private static String classPath;
  private static Path model;

  @BeforeAll
  static void build() throws IOException {
    String libraries =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(entry -> BROUGHT_ALONG.stream().anyMatch(entry::contains))
            .collect(Collectors.joining(File.pathSeparator));
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    Path classes = temporary.resolve("classes");
    assertEquals(
        0,
        compiler.run(
            null, null, null, "-Xlint:all", "-Werror", "-cp", libraries, "-d", classes.toString(), SOURCE.toString(),
            Files.writeString(temporary.resolve("Trainer.java"), TRAINER).toString()));
    classPath = classes + File.pathSeparator + libraries;
    model = RandomModel.save(temporary.resolve("model"));
  }

  private record Run(int exitCode, String out, String error) {}

  private static Run run(String... flags) throws IOException, InterruptedException {
    return run(List.of(flags), "example.Continue", model.toString(), "Once");
  }

  private static Run run(List<String> flags, String... program) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
    command.addAll(flags);
    command.addAll(List.of("-cp", classPath));
    command.addAll(List.of(program));
    File out = temporary.resolve("out").toFile();
    File error = temporary.resolve("error").toFile();
    Process process = new ProcessBuilder(command).redirectOutput(out).redirectError(error).start();
    assertTrue(process.waitFor(60, TimeUnit.SECONDS));
    return new Run(process.exitValue(), Files.readString(out.toPath()), Files.readString(error.toPath()));
  }

  @Test
  void theApplicationStreamsAText() throws IOException, InterruptedException {
    Run run = run("--add-modules=jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED");
    assertEquals(0, run.exitCode(), run.error());
    assertTrue(run.out().startsWith("Once") && run.out().length() > 100, run.out());
    assertEquals("WARNING: Using incubator modules: jdk.incubator.vector", run.error().strip());
  }

  @Test
  void withoutTheVectorModuleItRunsAndOneLineSaysWhatIsLost() throws IOException, InterruptedException {
    Run run = run("--enable-native-access=ALL-UNNAMED");
    assertEquals(0, run.exitCode(), run.error());
    assertTrue(run.out().startsWith("Once") && run.out().length() > 100, run.out());
    List<String> warnings = run.error().lines().filter(line -> line.startsWith("WARNING: ")).toList();
    assertEquals(1, warnings.size(), run.error());
    assertTrue(
        warnings.getFirst().contains("scalar kernel") && warnings.getFirst().contains("--add-modules jdk.incubator.vector"), run.error());
  }

  @Test
  void itTrainsOnPackedTextAndIsToldWhatAnArchiveNeeds() throws IOException, InterruptedException {
    List<String> flags = List.of("--add-modules=jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED");
    Path text = temporary.resolve("text.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(text))) {
      out.write("All work and no play. ".repeat(100).getBytes(StandardCharsets.US_ASCII));
    }
    Path folder = temporary.resolve("trained");
    Run run = run(flags, "Trainer", text.toString(), folder.toString());
    assertEquals(0, run.exitCode(), run.error());
    assertTrue(Files.exists(folder.resolve("model.safetensors")));
    Path packed = Files.write(temporary.resolve("text.tar"), new byte[1024]);
    run = run(flags, "Trainer", packed.toString(), folder + "-2");
    assertEquals(1, run.exitCode());
    assertTrue(
        run.error().contains(packed + " cannot be read without the library org.apache.commons:commons-compress; add that dependency."),
        run.error());
  }

  @Test
  void theExamplesPomTakesThisVersion() throws IOException {
    String version = Files.readString(Path.of("pom.xml")).replaceFirst("(?s).*?<version>(.*?)</version>.*", "$1");
    assertTrue(Files.readString(Path.of("src/example/pom.xml")).contains("<version>" + version + "</version>"), version);
  }
}
