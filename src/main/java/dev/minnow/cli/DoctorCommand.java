package dev.minnow.cli;

import dev.minnow.kernel.Kernel;
import dev.minnow.kernel.WeightUse;
import dev.minnow.memory.SystemMemory;
import dev.minnow.model.SelfTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Says what Minnow runs on, and tests that it computes rightly there. */
@Command(name = "doctor", description = "Show what Minnow runs on, which kernel it chooses and why, and test that kernel.")
final class DoctorCommand implements Callable<Integer> {
  private static final Path HUGE_PAGES = Path.of("/sys/kernel/mm/transparent_hugepage/enabled");

  private final Console console;

  @Mixin
  private ComputeOptions compute;
  @Mixin
  private JsonOption output;

  DoctorCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    Processor processor = Processor.detect();
    String hugePages = hugePages();
    try (Kernel kernel = compute.open(WeightUse.TRAINING)) {
      double difference = SelfTest.largestDifference(kernel);
      boolean passed = difference <= SelfTest.tolerance(kernel);
      if (output.json) {
        console.println(json(processor, hugePages, kernel, difference, passed).toString());
      } else {
        text(processor, hugePages, kernel, difference, passed)
            .forEach((what, value) -> console.println(String.format(Locale.ROOT, "%-12s %s", what, value)));
      }
      return passed ? ExitCode.DONE : ExitCode.FAILED;
    }
  }

  private Map<String, String> text(Processor processor, String hugePages, Kernel kernel, double difference, boolean passed) {
    Map<String, String> lines = new LinkedHashMap<>();
    lines.put("minnow", new ProgramVersion().getVersion()[0]);
    lines.put("java", java());
    lines.put("system", system());
    lines.put("processor", processor.name() + ", " + Runtime.getRuntime().availableProcessors() + " of them");
    lines.put("features", processor.features().isEmpty() ? "unknown" : String.join(" ", processor.features()));
    lines.put("kernel", compute.kernel.reason(WeightUse.TRAINING));
    lines.put("threads", Integer.toString(kernel.threads()));
    lines.put("memory", gibibytes(SystemMemory.availableBytes()) + " available of " + gibibytes(SystemMemory.totalBytes()));
    lines.put("Java heap", "at most " + gibibytes(Runtime.getRuntime().maxMemory()) + "; models live outside of it");
    lines.put("huge pages", hugePages);
    lines.put(
        "self-test",
        String.format(
            Locale.ROOT,
            "%s: every operation against the scalar kernel, largest relative difference %.1e, allowed %.0e",
            passed ? "passed" : "FAILED",
            difference,
            SelfTest.tolerance(kernel)));
    return lines;
  }

  private JsonLine json(Processor processor, String hugePages, Kernel kernel, double difference, boolean passed) {
    return new JsonLine()
        .put("minnow", new ProgramVersion().getVersion()[0])
        .put("java", java())
        .put("system", system())
        .put("processor", processor.name())
        .put("processors", Runtime.getRuntime().availableProcessors())
        .put("features", processor.features())
        .put("kernel", kernel.name())
        .put("reason", compute.kernel.reason(WeightUse.TRAINING))
        .put("threads", kernel.threads())
        .put("memory_bytes", SystemMemory.totalBytes())
        .put("available_bytes", SystemMemory.availableBytes())
        .put("heap_bytes", Runtime.getRuntime().maxMemory())
        .put("huge_pages", hugePages)
        .put("self_test", passed)
        .put("largest_difference", difference);
  }

  private static String java() {
    return System.getProperty("java.vm.name") + " " + Runtime.version() + " in " + System.getProperty("java.home");
  }

  private static String system() {
    return System.getProperty("os.name") + " " + System.getProperty("os.version") + " on " + System.getProperty("os.arch");
  }

  private static String gibibytes(long bytes) {
    return String.format(Locale.ROOT, "%.1f GiB", bytes / (double) (1L << 30));
  }

  /** What the system does about memory in pages of 2 MiB, which spare most of the address translations. */
  private static String hugePages() {
    try {
      String choices = Files.readString(HUGE_PAGES).strip();
      String chosen = choices.replaceFirst(".*\\[(.*)\\].*", "$1");
      return switch (chosen) {
        case "always", "madvise" -> chosen + ", used for models";
        case "never" -> "never, switched off in " + HUGE_PAGES;
        default -> choices;
      };
    } catch (IOException e) {
      return "unknown on this system";
    }
  }
}
