package dev.minnow.checkpoint;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Objects;

/** Files under {@code src/test/resources/golden}. */
final class Golden {
  private Golden() {}

  static Path path(String name) {
    try {
      return Path.of(Objects.requireNonNull(Golden.class.getResource("/golden/" + name), name).toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }
}
