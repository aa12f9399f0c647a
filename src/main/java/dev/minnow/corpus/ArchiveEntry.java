package dev.minnow.corpus;

import dev.minnow.corpus.read.ProblemKind;
import dev.minnow.corpus.read.ReadingFault;
import dev.minnow.corpus.read.TextFormat;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.UnaryOperator;

/**
 * A file within an archive, by its name there. It is read in place and never written, so a name that points outside the archive harms
 * nothing. Hidden entries are left out, archives and compressed files are passed over.
 *
 * @param archive what people call the archive
 * @param path within it
 */
record ArchiveEntry(String archive, String path) {
  /** What people call the entry. */
  String name() {
    return archive + "!/" + path;
  }

  /** Whether it is not hidden. */
  boolean isVisible() {
    return Arrays.stream(path.split("/")).noneMatch(ArchiveEntry::isHidden);
  }

  private static boolean isHidden(String part) {
    return part.equals("__MACOSX") || (part.startsWith(".") && !part.equals(".") && !part.equals(".."));
  }

  /**
   * Reads what it holds.
   *
   * @param opening what to make of the first piece of a plain text
   * @return whether it was read to its end
   */
  boolean read(FormatReader reader, InputStream in, UnaryOperator<byte[]> opening) {
    String lowerCasePath = path.toLowerCase(Locale.ROOT);
    if (TextFormat.isPacked(lowerCasePath)) {
      reader.problems().lost(name(), new ReadingFault(ProblemKind.NESTED_ARCHIVE, "is packed within an archive; unpack that first."));
      return false;
    }
    return reader.read(name(), TextFormat.ofName(lowerCasePath), false, in, opening);
  }
}
