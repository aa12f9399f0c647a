package dev.minnow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Keeps the order of packages and what each must not touch, by reading the sources. */
class ArchitectureTest {
  private static final Path SOURCES = Path.of("src/main/java");

  /** A package may import those to its right. The empty name is {@code dev.minnow} itself, the door for applications. */
  private static final List<String> ORDER =
      List.of("cli", "serve", "langchain4j", "", "train", "generate", "checkpoint", "model", "corpus", "tokenizer", "kernel", "memory");

  /**
   * The same of packages within a package. The empty name is the outer one itself, where its classes have a place; {@code KernelChoice}
   * alone may reach up from there. Where it is not named, parts may use its classes, and it theirs.
   */
  private static final Map<String, List<String>> PARTS =
      Map.of(
          "train", List.of("report", "plan", "inspect", "run", "option", "step", ""),
          "checkpoint", List.of("gguf"),
          "corpus", List.of("prepare", "clean", "fetch", "read"),
          "tokenizer", List.of("learn", "encode", "split", "regex", "unicode"),
          "kernel",
          List.of(
              "meter", "bfloat", "vector", "scalar", "activation", "attention", "product", "weight", "row", "pool", "block", "lane",
              "contract", "", "code"));

  /** Parts of kernel that run where the Vector API is not. */
  private static final List<String> WITHOUT_VECTORS = List.of("scalar", "contract", "");

  private static final Pattern PART_REFERENCE =
      Pattern.compile("\\bdev\\.minnow\\.([a-z]\\w*)\\.(?:([a-z]\\w*)\\.(?:[a-z]\\w*\\.)*)?(?=[A-Z*])");

  private static final Pattern REFERENCE = Pattern.compile("\\bdev\\.minnow\\.(?:([a-z]\\w*)\\.(?:[a-z]\\w*\\.)*)?(?=[A-Z*])");
  private static final Pattern VECTOR = Pattern.compile("\\bjdk\\.incubator\\.vector\\b");
  private static final Pattern RAW_ADDRESS =
      Pattern.compile(
          "\\.reinterpret\\(|\\bofAddress\\(|\\bMemorySegment::(address|reinterpret)\\b|egment(\\(\\))?\\.address\\(\\)|\\bUnsafe\\b");
  private static final Pattern PRINTING = Pattern.compile("\\bSystem\\.(out|err|console)\\b|\\.printStackTrace\\(\\)|\\bIO\\.print");

  /** Formats in the language of the machine, where that can show: some have other digits. */
  private static final Pattern LOCAL_FORMAT =
      Pattern.compile(
          "\\bString\\.format\\((?!\\s*Locale\\b)|\\.printf\\((?!\\s*Locale\\b)"
              + "|\"(?:\\\\.|[^\"\\\\\n])*%[-#+ 0,(\\d.$]*[doxXeEfgGaA](?:\\\\.|[^\"\\\\\n])*\"\\s*\\.formatted\\(");

  private static final Pattern NAMELESS_CLASS = Pattern.compile("\\w*(Util|Utils|Helper|Helpers|Manager|Impl|Common)");

  /** Text blocks, strings, characters and comments: what they say is no code, and documentation may point anywhere. */
  private static final Pattern NO_CODE =
      Pattern.compile(
          "\"\"\"(?s:.*?)\"\"\"|\"(?:\\\\.|[^\"\\\\\n])*+\"|'(?:\\\\.|[^'\\\\\n])++'|/\\*(?s:.*?)\\*/|//[^\n]*");

  /** What is wrong with one source file, in words; {@code path} is relative to the source folder. */
  private static List<String> breaches(String path, String source) {
    List<String> found = new ArrayList<>();
    String text = NO_CODE.matcher(source).replaceAll(" ");
    String folder = path.substring(0, path.lastIndexOf('/')).replaceFirst("^dev/minnow/?", "");
    String home = folder.replaceFirst("/.*", "");
    if (!ORDER.contains(home)) {
      found.add("package " + home + " has no place in the order");
    }
    for (MatchResult match : REFERENCE.matcher(text).results().toList()) {
      String target = match.group(1) == null ? "" : match.group(1);
      if (ORDER.indexOf(target) < ORDER.indexOf(home)) {
        found.add("\"" + home + "\" reaches up to \"" + target + "\"");
      }
    }
    String part = folder.substring(home.length()).replaceFirst("^/", "");
    if (!path.endsWith("/kernel/KernelChoice.java")) {
      found.addAll(breachesWithin(home, part, text));
    }
    if (home.equals("kernel") && WITHOUT_VECTORS.contains(part) && VECTOR.matcher(text).find()) {
      found.add("\"" + part + "\" of kernel does without the Vector API");
    }
    if (!home.equals("kernel") && VECTOR.matcher(text).find()) {
      found.add("only kernel uses the Vector API");
    }
    if (!home.equals("kernel") && !home.equals("memory") && RAW_ADDRESS.matcher(text).find()) {
      found.add("only kernel and memory touch raw addresses");
    }
    if (!home.equals("cli") && PRINTING.matcher(text).find()) {
      found.add("only cli prints");
    }
    if (LOCAL_FORMAT.matcher(source).find()) {
      found.add("numbers are formatted with Locale.ROOT");
    }
    String name = path.substring(path.lastIndexOf('/') + 1).replace(".java", "");
    if (NAMELESS_CLASS.matcher(name).matches()) {
      found.add("the class name " + name + " says nothing");
    }
    if (name.equals("package-info") && !text.contains("@NullMarked")) {
      found.add("package-info is not @NullMarked");
    }
    return found;
  }

  private static List<String> breachesWithin(String home, String part, String text) {
    List<String> found = new ArrayList<>();
    List<String> order = PARTS.getOrDefault(home, List.of());
    int place = order.indexOf(part);
    if (place < 0 && !part.isEmpty()) {
      found.add("package " + home + "." + part + " has no place in the order");
    }
    for (MatchResult match : PART_REFERENCE.matcher(text).results().filter(match -> match.group(1).equals(home)).toList()) {
      String target = match.group(2) == null ? "" : match.group(2);
      if (order.contains(target) && order.indexOf(target) < place) {
        found.add("\"" + part + "\" of " + home + " reaches up to \"" + target + "\"");
      }
    }
    return found;
  }

  private static List<Path> sources() throws IOException {
    try (Stream<Path> files = Files.walk(SOURCES)) {
      return files.filter(file -> file.toString().endsWith(".java")).map(SOURCES::relativize).sorted().toList();
    }
  }

  @Test
  void everySourceKeepsTheRules() throws IOException {
    List<String> found = new ArrayList<>();
    List<Path> sources = sources();
    for (Path file : sources) {
      String path = file.toString().replace('\\', '/');
      breaches(path, Files.readString(SOURCES.resolve(file))).forEach(breach -> found.add(path + ": " + breach));
    }
    assertTrue(sources.size() > 20, "only " + sources.size() + " sources were read");
    assertEquals(List.of(), found);
  }

  @Test
  void everyPackageSaysWhatItIs() throws IOException {
    List<Path> silent =
        sources().stream()
            .map(Path::getParent)
            .distinct()
            .filter(folder -> !Files.exists(SOURCES.resolve(folder).resolve("package-info.java")))
            .toList();
    assertEquals(List.of(), silent);
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
          dev/minnow/model/A.java        | import dev.minnow.train.step.Trainer;               | "model" reaches up to "train"
          dev/minnow/memory/A.java       | import static dev.minnow.kernel.lane.Lanes.WIDTH;   | "memory" reaches up to "kernel"
          dev/minnow/model/A.java        | import dev.minnow.train.plan.TrainingPlanner;  | "model" reaches up to "train"
          dev/minnow/train/A.java        | import dev.minnow.LanguageModel;               | "train" reaches up to ""
          dev/minnow/A.java              | import dev.minnow.serve.Server;                | "" reaches up to "serve"
          dev/minnow/kernel/block/A.java | return dev.minnow.model.ModelConfig.of();      | "kernel" reaches up to "model"
          dev/minnow/train/option/A.java | import dev.minnow.train.run.TrainingJob;       | "option" of train reaches up to "run"
          dev/minnow/train/A.java        | import dev.minnow.train.step.Trainer;          | "" of train reaches up to "step"
          dev/minnow/kernel/amx/A.java   | class A {}                                     | package kernel.amx has no place in the order
          dev/minnow/kernel/pool/A.java  | import dev.minnow.kernel.bfloat.BfloatKernel;  | "pool" of kernel reaches up to "bfloat"
          dev/minnow/kernel/A.java       | import dev.minnow.kernel.vector.VectorKernel;  | "" of kernel reaches up to "vector"
          dev/minnow/tokenizer/split/A.java | import dev.minnow.tokenizer.encode.Encoders; | "split" of tokenizer reaches up to "encode"
          dev/minnow/kernel/scalar/A.java | import jdk.incubator.vector.FloatVector;      | "scalar" of kernel does without the Vector API
          dev/minnow/kernel/code/A.java  | dev.minnow.kernel.Kernel.of();                 | "code" of kernel reaches up to ""
          dev/minnow/train/A.java        | import jdk.incubator.vector.FloatVector;       | only kernel uses the Vector API
          dev/minnow/checkpoint/A.java   | import module jdk.incubator.vector;            | only kernel uses the Vector API
          dev/minnow/model/A.java        | MemorySegment.NULL.reinterpret(8);             | only kernel and memory touch raw addresses
          dev/minnow/model/A.java        | long at = tensor.segment().address();          | only kernel and memory touch raw addresses
          dev/minnow/corpus/A.java       | System.err.println("done");                    | only cli prints
          dev/minnow/corpus/A.java       | glob("**/*"); System.out.flush(); /* */        | only cli prints
          dev/minnow/corpus/A.java       | resolve("fold-%d-%016x".formatted(1, 2));      | numbers are formatted with Locale.ROOT
          dev/minnow/corpus/A.java       | throw wrong("\\"%s\\" at %d".formatted(a, b));  | numbers are formatted with Locale.ROOT
          dev/minnow/corpus/A.java       | String.format("%s", name);                     | numbers are formatted with Locale.ROOT
          dev/minnow/cli/A.java          | out.printf("%,d", count);                      | numbers are formatted with Locale.ROOT
          dev/minnow/generate/A.java     | e.printStackTrace();                           | only cli prints
          dev/minnow/tools/A.java        | class A {}                                     | package tools has no place in the order
          dev/minnow/corpus/util/A.java  | class A {}                                     | package corpus.util has no place in the order
          dev/minnow/corpus/TextUtils.java | class TextUtils {}                           | the class name TextUtils says nothing
          dev/minnow/corpus/package-info.java | package dev.minnow.corpus;                | package-info is not @NullMarked
          """)
  void eachRuleFindsItsBreach(String path, String line, String breach) {
    assertEquals(List.of(breach), breaches(path, "package x;\n" + line + "\n"));
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
          dev/minnow/train/A.java  | import dev.minnow.model.ModelConfig;
          dev/minnow/cli/A.java    | import dev.minnow.LanguageModel; System.out.println();
          dev/minnow/A.java        | import dev.minnow.train.step.Trainer;
          dev/minnow/kernel/row/A.java | import jdk.incubator.vector.*; import dev.minnow.memory.Tensor; segment.address();
          dev/minnow/kernel/KernelChoice.java | import dev.minnow.kernel.vector.VectorKernel;
          dev/minnow/kernel/row/A.java | import dev.minnow.kernel.lane.Lanes; import dev.minnow.kernel.Dropout;
          dev/minnow/kernel/row/A.java | import dev.minnow.kernel.row.Rows; import dev.minnow.memory.Tensor;
          dev/minnow/tokenizer/encode/A.java | import dev.minnow.tokenizer.Tokenizer; import dev.minnow.tokenizer.regex.RegexProgram;
          dev/minnow/tokenizer/A.java | import dev.minnow.tokenizer.learn.MergeLearner;
          dev/minnow/memory/A.java | /** For {@link dev.minnow.train.step.Trainer}. */
          dev/minnow/memory/A.java | int a; // System.out shows it
          dev/minnow/model/A.java  | "%s of \\"%s\\"".formatted(a, b); String.format(Locale.ROOT, "%d", 1);
          dev/minnow/memory/A.java | throw new Error("say \\"System.out\\"" + '"' + "");
          """)
  void whatTheRulesAllowPasses(String path, String line) {
    assertEquals(List.of(), breaches(path, line));
  }
}
