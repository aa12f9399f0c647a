package dev.minnow.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Locale;
import java.util.Objects;

/**
 * What an exception means to the person at the command line.
 *
 * @param exitCode of {@link ExitCode}
 * @param sentence what, where and what to do; empty where nothing needs to be said
 */
record Failure(int exitCode, String sentence) {
  static Failure of(Throwable thrown) {
    String message = Objects.requireNonNullElse(thrown.getMessage(), "");
    boolean isSentence = message.endsWith(".");
    return switch (thrown) {
      case OutputException e when e.readerLeft() -> new Failure(ExitCode.DONE, "");
      case UncheckedIOException e when e.getCause() != null -> of(e.getCause());
      case OutOfMemoryError _ -> failed(outOfMemory(message));
      case FileSystemException e -> failed(fileSystem(e));
      // Exceptions of this project carry a sentence for a person.
      case Exception e when !message.isEmpty() && e.getClass().getPackageName().startsWith("dev.minnow") -> failed(message);
      case IllegalArgumentException _ when isSentence -> new Failure(ExitCode.WRONG_USAGE, message);
      case IllegalStateException _ when isSentence -> failed(message);
      case IOException _ when isSentence -> failed(message);
      case IOException _ -> failed("Reading or writing failed, " + description(thrown) + ".");
      default -> failed(
          "Something unexpected went wrong, " + description(thrown) + "; run again with --verbose and report what it prints.");
    };
  }

  private static Failure failed(String sentence) {
    return new Failure(ExitCode.FAILED, sentence);
  }

  private static String outOfMemory(String message) {
    if (message.isEmpty() || message.startsWith("Java heap") || message.startsWith("GC overhead")) {
      return "The Java heap is full; give less text at once, or take a smaller model, batch or context.";
    }
    String reason = message.substring(0, 1).toLowerCase(Locale.ROOT) + message.substring(1).replaceFirst("\\.$", "");
    return "There is not enough memory (" + reason + "); take a smaller model, batch or context.";
  }

  private static String fileSystem(FileSystemException e) {
    String file = Objects.requireNonNullElse(e.getFile(), "a file");
    return switch (e) {
      case NoSuchFileException _ -> file + " does not exist; check the path.";
      case AccessDeniedException _ -> file + " may not be read or written; check its permissions.";
      case FileAlreadyExistsException _ -> file + " exists already; move it away or choose another name.";
      default -> file + " cannot be read or written: " + Objects.requireNonNullElse(e.getReason(), "the system does not say why") + ".";
    };
  }

  private static String description(Throwable thrown) {
    String name = thrown.getClass().getSimpleName();
    return thrown.getMessage() == null ? name : name + ": " + thrown.getMessage();
  }
}
