package dev.minnow.corpus;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * A zip archive: each text entry is a document, in the order of their names. Entries are read in place and never written, so a name that
 * points outside the archive harms nothing. Archives inside it, hidden and binary entries are passed over.
 *
 * @param file the archive
 * @param recipe names what {@code chosen} and {@code opening} do
 * @param chosen which entries to read, by name
 * @param opening what to make of the first piece of each document
 */
record ZipSource(Path file, String recipe, Predicate<String> chosen, UnaryOperator<byte[]> opening) implements Source {
  private static final List<String> ARCHIVES = List.of(".zip", ".jar", ".gz", ".tgz", ".bz2", ".xz", ".zst", ".7z", ".tar");

  /** All text of an archive. */
  static ZipSource ofAll(Path file) {
    return new ZipSource(file, "zip", ZipSource::isVisible, UnaryOperator.identity());
  }

  @Override
  public long estimatedBytes() throws IOException {
    try (ZipFile zip = new ZipFile(file.toFile())) {
      long declared = entries(zip).stream().mapToLong(entry -> Math.max(entry.getSize(), 0)).sum();
      return Math.clamp(declared, 0, ExpansionLimit.mostBytes(Files.size(file)));
    }
  }

  @Override
  public void read(DocumentReader documents) throws IOException {
    ExpansionLimit limit = new ExpansionLimit(file.toString(), Files.size(file));
    try (ZipFile zip = new ZipFile(file.toFile())) {
      for (ZipEntry entry : entries(zip)) {
        String name = file + "!/" + entry.getName();
        String lowerCaseName = entry.getName().toLowerCase(Locale.ROOT);
        if (ARCHIVES.stream().anyMatch(lowerCaseName::endsWith)) {
          documents.passOver(name);
          continue;
        }
        read(documents, name, entry, limit.guard(zip.getInputStream(entry)));
      }
    } catch (IllegalArgumentException e) {
      throw new CorpusException(file + " is damaged (" + e.getMessage() + "); fetch or pack it again.", e);
    }
  }

  private void read(DocumentReader documents, String name, ZipEntry entry, InputStream in) throws IOException {
    try (CheckedInputStream checked = new CheckedInputStream(in, new CRC32())) {
      if (JsonLines.isNameOfOne(entry.getName().toLowerCase(Locale.ROOT))) {
        JsonLines.read(name, false, checked, documents);
      } else {
        documents.readIfText(name, checked, opening);
      }
      boolean readToItsEnd = checked.read() < 0;
      if (readToItsEnd && entry.getCrc() != -1 && entry.getCrc() != checked.getChecksum().getValue()) {
        throw new ZipException("the checksum of " + entry.getName() + " does not agree");
      }
    }
  }

  private List<ZipEntry> entries(ZipFile zip) {
    return zip.stream()
        .filter(entry -> !entry.isDirectory() && chosen.test(entry.getName()))
        .map(ZipEntry.class::cast)
        .sorted(Comparator.comparing(ZipEntry::getName))
        .toList();
  }

  private static boolean isVisible(String name) {
    return Arrays.stream(name.split("/")).noneMatch(ZipSource::isHidden);
  }

  private static boolean isHidden(String part) {
    return part.equals("__MACOSX") || (part.startsWith(".") && !part.equals(".") && !part.equals(".."));
  }
}
