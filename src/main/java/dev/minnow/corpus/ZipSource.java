package dev.minnow.corpus;

import dev.minnow.corpus.read.ExpansionLimit;
import dev.minnow.corpus.read.ProblemKind;
import dev.minnow.corpus.read.ReadingFault;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * A zip archive, whose entries are read in the order of their names.
 *
 * @param file the archive
 * @param recipe names what {@code chosen} and {@code opening} do
 * @param chosen which entries to read, by name
 * @param opening what to make of the first piece of each document
 */
record ZipSource(Path file, String recipe, Predicate<String> chosen, UnaryOperator<byte[]> opening) implements Source {
  /** What old programs write names in. Here any byte is a character, so that even names in yet another encoding are names. */
  private static final Charset OLD_NAMES =
      Charset.isSupported("IBM437") ? Charset.forName("IBM437") : StandardCharsets.ISO_8859_1;

  /** All text of an archive. */
  static ZipSource ofAll(Path file) {
    return new ZipSource(file, "zip 2", path -> new ArchiveEntry("", path).isVisible(), UnaryOperator.identity());
  }

  @Override
  public long estimatedBytes() throws IOException {
    try (ZipFile zip = open()) {
      long declared = 0;
      for (ZipEntry entry : entries(zip)) {
        declared += Math.clamp(entry.getSize(), 0, ExpansionLimit.mostBytes(Files.size(file)));
      }
      return Math.min(declared, ExpansionLimit.mostBytes(Files.size(file)));
    }
  }

  @Override
  public void read(FormatReader reader) throws IOException {
    ExpansionLimit limit = new ExpansionLimit(Files.size(file));
    try (ZipFile zip = open()) {
      List<ZipEntry> entries = entries(zip);
      for (int i = 0; i < entries.size(); i++) {
        String name = entries.get(i).getName();
        if (i + 1 < entries.size() && name.equals(entries.get(i + 1).getName())) {
          // By its name, which is how Java opens an entry, one has the last.
          reader.problems()
              .lost(
                  new ArchiveEntry(name(), name).name(),
                  new ReadingFault(ProblemKind.DAMAGED, "is in the archive more than once, and only the last is read; pack it again."));
        } else {
          read(reader, zip, entries.get(i), limit);
        }
      }
    }
  }

  private ZipFile open() throws IOException {
    try {
      return new ZipFile(file.toFile());
    } catch (ZipException e) {
      // Names that are neither UTF-8 nor said to be make it refuse the archive, in words that nobody promised.
      return new ZipFile(file.toFile(), OLD_NAMES);
    }
  }

  private void read(FormatReader reader, ZipFile zip, ZipEntry zipEntry, ExpansionLimit limit) {
    ArchiveEntry entry = new ArchiveEntry(name(), zipEntry.getName());
    try (InputStream content = zip.getInputStream(zipEntry);
        CheckedInputStream checked = new CheckedInputStream(limit.guard(content), new CRC32())) {
      boolean whole = entry.read(reader, checked, opening) && checked.read() < 0;
      if (whole && zipEntry.getCrc() != -1 && zipEntry.getCrc() != checked.getChecksum().getValue()) {
        throw new ReadingFault(ProblemKind.DAMAGED, "does not agree with its checksum; fetch or pack the archive again.");
      }
    } catch (IOException e) {
      reader.problems().lost(entry.name(), e);
    }
  }

  /** In the order of their names, and those of one name as they stand in the archive. */
  private List<ZipEntry> entries(ZipFile zip) throws ReadingFault {
    try {
      return zip.stream()
          .filter(entry -> !entry.isDirectory() && chosen.test(entry.getName()))
          .map(ZipEntry.class::cast)
          .sorted(Comparator.comparing(ZipEntry::getName))
          .toList();
    } catch (IllegalArgumentException e) {
      throw ReadingFault.damaged(e);
    }
  }
}
