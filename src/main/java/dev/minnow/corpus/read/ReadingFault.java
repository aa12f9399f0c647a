package dev.minnow.corpus.read;

import java.io.EOFException;
import java.io.IOException;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/** Something that cannot be read as text. The message is the rest of a sentence that begins with its name. */
public final class ReadingFault extends IOException {
  private static final long serialVersionUID = 1;

  private final ProblemKind kind;

  public ReadingFault(ProblemKind kind, String message) {
    this(kind, message, null);
  }

  public ReadingFault(ProblemKind kind, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  public ProblemKind kind() {
    return kind;
  }

  /** What a library failed with, as the failure of the file: what says so itself stays, anything else means damage. */
  static IOException of(Exception e) {
    return e instanceof ReadingFault || e instanceof EOFException ? (IOException) e : damaged(e);
  }

  /** A file whose bytes are not what its format asks for. */
  public static ReadingFault damaged(Throwable cause) {
    String message = cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    return new ReadingFault(
        ProblemKind.DAMAGED, "is damaged or is not what its name says (" + message + "); fetch or pack it again.", cause);
  }

  /** The kind of any failure to read. */
  public static ProblemKind kindOf(IOException cause) {
    return switch (cause) {
      case ReadingFault fault -> fault.kind;
      case EOFException e -> ProblemKind.DAMAGED;
      case ZipException e -> ProblemKind.DAMAGED;
      default -> ProblemKind.UNREADABLE;
    };
  }
}
