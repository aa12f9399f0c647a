package dev.minnow.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.minnow.memory.Tensor;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ModelExportTest {
  @TempDir
  private Path root;

  private static ModelExport.Result export(ExportType type, Path out, ModelExport.Format format, boolean overwrite) {
    try (LoadedModel model = ModelSamples.random(ModelSamples.GPT2)) {
      return new ModelExport(format, type, out, overwrite).write(model);
    }
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(root)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  /** Rounding to the nearest loses at most half a step: 2^-11 of an F16 number, 2^-8 of a BF16 one. */
  @ParameterizedTest
  @CsvSource({"F32, 0, float32", "F16, 4.9e-4, float16", "BF16, 3.91e-3, bfloat16"})
  void aFolderHoldsTheWeightsAsItsConfigSays(ExportType type, double error, String name) throws IOException {
    Path out = root.resolve("deep/er/model");
    ModelExport.Result result = export(type, out, ModelExport.Format.HF, false);
    long bytes = 0;
    for (Path file : FileOperations.children(out)) {
      bytes += Files.size(file);
    }
    assertEquals(bytes, result.bytes());
    assertEquals(28, result.tensors());
    assertTrue(Files.readString(out.resolve("config.json")).contains("\"torch_dtype\" : \"" + name + "\""));
    try (SafetensorsFile file = SafetensorsFile.open(out.resolve("model.safetensors"))) {
      assertTrue(file.entries().values().stream().allMatch(entry -> entry.type().name().equals(type.name())));
    }
    try (LoadedModel expected = ModelSamples.random(ModelSamples.GPT2); LoadedModel found = ModelFiles.load(out)) {
      expected.parameters().byName().forEach((tensorName, tensor) -> {
        Tensor other = found.parameters().byName().get(tensorName);
        for (long i = 0; i < tensor.elementCount(); i++) {
          float value = tensor.getFloat(i);
          assertEquals(value, other.getFloat(i), Math.abs(value) * error + 0x1p-25, tensorName + " element " + i);
        }
      });
    }
  }

  @ParameterizedTest
  @EnumSource(ModelExport.Format.class)
  void whatIsThereStaysUnlessItIsToBeReplaced(ModelExport.Format format) throws IOException {
    Path out = root.resolve("out");
    export(ExportType.F32, out, format, false);
    long before = sizeOf(out);
    String message =
        assertThrows(IllegalArgumentException.class, () -> export(ExportType.F16, out, format, false)).getMessage();
    assertTrue(message.contains("exists already"), message);
    assertEquals(before, sizeOf(out));
    export(ExportType.F16, out, format, true);
    assertTrue(sizeOf(out) < before);
    assertEquals(List.of("out"), names());
  }

  private static long sizeOf(Path out) throws IOException {
    return Files.size(Files.isDirectory(out) ? out.resolve("model.safetensors") : out);
  }

  @Test
  void onlyAnExportIsReplaced() throws IOException {
    Path out = Files.createDirectory(root.resolve("out"));
    Files.writeString(out.resolve("diary.txt"), "dear");
    String message =
        assertThrows(IllegalArgumentException.class, () -> export(ExportType.F32, out, ModelExport.Format.HF, true)).getMessage();
    assertTrue(message.contains("\"diary.txt\""), message);
    assertThrows(IllegalArgumentException.class, () -> export(ExportType.F32, out, ModelExport.Format.GGUF, true));
    Path file = Files.writeString(root.resolve("file"), "a");
    assertThrows(IllegalArgumentException.class, () -> export(ExportType.F32, file, ModelExport.Format.HF, true));
    assertEquals(List.of("file", "out"), names());
    assertEquals("dear", Files.readString(out.resolve("diary.txt")));
  }

  @Test
  void aTrainingRunIsNeverReplaced() {
    Path out = root.resolve("run");
    TinyRun.save(new CheckpointFolder(out), 3, 1);
    assertThrows(IllegalArgumentException.class, () -> export(ExportType.F32, out, ModelExport.Format.HF, true));
    assertEquals(3, TinyRun.requireWhole(new CheckpointFolder(out).resume()));
  }

  @ParameterizedTest
  @EnumSource(ModelExport.Format.class)
  void aFailureLeavesWhatWasThereAndNothingElse(ModelExport.Format format) throws IOException {
    Path out = root.resolve("out");
    export(ExportType.F32, out, format, false);
    long before = sizeOf(out);
    FileOperations full = new FileOperations() {
      @Override
      void sync(FileChannel channel) throws IOException {
        throw new IOException("No space left on device");
      }
    };
    try (LoadedModel model = ModelSamples.random(ModelSamples.GPT2)) {
      ModelExport export = new ModelExport(format, ExportType.F16, out, true, full);
      String message = assertThrows(CheckpointException.class, () -> export.write(model)).getMessage();
      assertTrue(message.contains("No space left on device"), message);
    }
    assertEquals(before, sizeOf(out));
    assertEquals(List.of("out"), names());
  }

  private static void write(ModelExport.Format format, Path out, FileOperations files) {
    try (LoadedModel model = ModelSamples.random(ModelSamples.GPT2)) {
      new ModelExport(format, ExportType.F16, out, true, files).write(model);
    }
  }

  /** Kills an export that replaces another at each of its operations: the next one needs no other place and leaves nothing of it. */
  @ParameterizedTest
  @EnumSource(ModelExport.Format.class)
  void whatAKilledExportLeavesGoesWithTheNext(ModelExport.Format format) throws IOException {
    Path out = root.resolve("out");
    export(ExportType.F32, out, format, false);
    long before = sizeOf(out);
    FaultyFiles counting = new FaultyFiles(0, false);
    write(format, out, counting);
    long after = sizeOf(out);
    for (int failing = 1; failing <= counting.operations().size(); failing++) {
      export(ExportType.F32, out, format, true);
      FaultyFiles killed = new FaultyFiles(failing, true);
      assertThrows(FaultyFiles.Killed.class, () -> write(format, out, killed));
      String when = "killed at operation " + failing + ", " + killed.operations().get(failing - 1);
      assertTrue(names().size() <= 2, when + ": " + names());
      FaultyFiles full = new FaultyFiles(format == ModelExport.Format.HF ? 20 : 10, false);
      assertThrows(CheckpointException.class, () -> write(format, out, full), when);
      assertTrue(List.of(before, after).contains(sizeOf(out)), when);
      write(format, out, new FaultyFiles(0, false));
      assertEquals(after, sizeOf(out), when);
      assertEquals(List.of("out"), names(), when);
    }
  }

  @Test
  void whatAKilledExportHadTakenAwayIsBackAndNotReplacedUnlessAskedTo() throws IOException {
    Path out = root.resolve("out");
    export(ExportType.F32, out, ModelExport.Format.HF, false);
    long before = sizeOf(out);
    for (int failing = 1; Files.exists(out); failing++) {
      FaultyFiles killed = new FaultyFiles(failing, true);
      assertThrows(FaultyFiles.Killed.class, () -> write(ModelExport.Format.HF, out, killed));
    }
    String message =
        assertThrows(IllegalArgumentException.class, () -> export(ExportType.F16, out, ModelExport.Format.HF, false)).getMessage();
    assertTrue(message.contains("exists already"), message);
    assertEquals(before, sizeOf(out));
    assertEquals(List.of("out"), names());
  }

  @Test
  void aLinkToAnExportIsReplacedAndWhatItLeadsToStays() throws IOException {
    Path version = root.resolve("version");
    export(ExportType.F32, version, ModelExport.Format.HF, false);
    long before = sizeOf(version);
    Path current = Files.createSymbolicLink(root.resolve("current"), version.getFileName());
    export(ExportType.F16, current, ModelExport.Format.HF, true);
    assertFalse(Files.isSymbolicLink(current));
    assertTrue(sizeOf(current) < before);
    assertEquals(before, sizeOf(version));
    assertEquals(List.of("current", "version"), names());
  }

  @Test
  void oneExportAtATimeWritesToOnePlace() throws IOException {
    Path out = root.resolve("out");
    FileOperations meanwhile = new FileOperations() {
      @Override
      void sync(FileChannel channel) throws IOException {
        String message =
            assertThrows(CheckpointException.class, () -> export(ExportType.F32, out, ModelExport.Format.GGUF, true)).getMessage();
        assertTrue(message.contains("Another export writes " + out), message);
        super.sync(channel);
      }
    };
    write(ModelExport.Format.GGUF, out, meanwhile);
    assertEquals(List.of("out"), names());
  }

  @Test
  void numbersThatATypeCannotHoldAreRefusedByName() throws IOException {
    for (ModelExport.Format format : ModelExport.Format.values()) {
      try (LoadedModel model = ModelSamples.random(ModelSamples.GPT2)) {
        model.parameters().byName().get("h.1.mlp.c_fc.weight").setFloat(5, 1e6f);
        ModelExport export = new ModelExport(format, ExportType.F16, root.resolve("out"), false);
        String message = assertThrows(CheckpointException.class, () -> export.write(model)).getMessage();
        assertTrue(message.contains("h.1.mlp.c_fc.weight") || message.contains("blk.1.ffn_up.weight"), message);
        assertTrue(message.contains("F16 cannot hold"), message);
      }
    }
    assertEquals(List.of(), names());
  }

  @Test
  void aFolderHoldsNoBlocks() {
    assertThrows(
        IllegalArgumentException.class, () -> export(ExportType.Q8_0, root.resolve("out"), ModelExport.Format.HF, false));
    assertFalse(Files.exists(root.resolve("out")));
  }
}
