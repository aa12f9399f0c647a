package dev.minnow.corpus;

import dev.minnow.corpus.read.ReadingFault;
import dev.minnow.tokenizer.FileProblem;
import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/** Text or tokens that cannot be used; the message is one sentence for a person: what, where, what to do. */
public final class CorpusException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public CorpusException(String message) {
    this(message, null);
  }

  public CorpusException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /** Files that are not what they were at the start of the work. */
  public static CorpusException changed() {
    return new CorpusException("The files of the corpus changed while they were read; start again when they rest.");
  }

  /** For a file that could not be read. */
  public static CorpusException unreadable(String name, IOException cause) {
    String reason =
        switch (cause) {
          case ReadingFault e -> " " + e.getMessage();
          case NoSuchFileException e -> " does not exist; check the path.";
          case AccessDeniedException e -> " may not be read; check its permissions.";
          case ZipException e -> " is damaged or is not what its name says (" + e.getMessage() + "); fetch or pack it again.";
          case EOFException e -> " ends too early; fetch or pack it again.";
          default -> " cannot be read: " + FileProblem.of(cause) + ".";
        };
    return new CorpusException(name + reason, cause);
  }

  /** For a file that could not be written. */
  public static CorpusException unwritable(String name, IOException cause) {
    String reason =
        switch (cause) {
          case AccessDeniedException e -> " may not be written; check the permissions of its folder.";
          case NoSuchFileException e -> " cannot be written, since its folder does not exist; make it.";
          case ClosedByInterruptException e -> " was not written to its end, since the work was interrupted; begin it again.";
          default -> " cannot be written: " + FileProblem.of(cause) + ".";
        };
    return new CorpusException(name + reason, cause);
  }
}
