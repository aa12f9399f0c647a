package dev.minnow.kernel;

import dev.minnow.kernel.bfloat.BfloatSupport;
import dev.minnow.kernel.block.MatrixUnit;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Tiles where the processor has none: a library in C, compiled when first asked for, does in this process what the processor refuses to
 * do, hundreds of times slower. The kernel's other machine code runs as it is, so that there must be vectors of bfloat16.
 */
final class EmulatedTiles {
  private static final @Nullable String OBSTACLE = install();

  private EmulatedTiles() {}

  /** Why machine code with tiles cannot run in this process, as the end of a sentence, or null. */
  static @Nullable String obstacle() {
    return OBSTACLE;
  }

  private static @Nullable String install() {
    String tiles = BfloatSupport.obstacle(MatrixUnit.TILES);
    if (tiles == null || BfloatSupport.obstacle(MatrixUnit.PAIRS) != null) {
      return tiles;
    }
    try {
      Path source = Path.of(Objects.requireNonNull(EmulatedTiles.class.getResource("tiles.c")).toURI());
      // Where temporary files lie, systems may run nothing.
      Path library = Files.createTempFile(source.getParent(), "tiles", ".so");
      ProcessBuilder compiler =
          new ProcessBuilder("cc", "-O2", "-mavx512f", "-shared", "-fPIC", "-o", library.toString(), source.toString());
      try {
        if (!compile(compiler)) {
          return tiles + ", and without a C compiler, cc, none can be emulated";
        }
        System.load(library.toString());
        return null;
      } finally {
        Files.delete(library);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException | URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  /** Returns false where there is no compiler. */
  private static boolean compile(ProcessBuilder compiler) throws IOException, InterruptedException {
    Process process;
    try {
      process = compiler.redirectErrorStream(true).start();
    } catch (IOException e) {
      return false;
    }
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new AssertionError("The C compiler does not take tiles.c: " + said);
    }
    return true;
  }
}
