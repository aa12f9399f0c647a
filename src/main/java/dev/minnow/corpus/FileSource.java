package dev.minnow.corpus;

import dev.minnow.corpus.read.Compression;
import dev.minnow.corpus.read.ExpansionLimit;
import dev.minnow.corpus.read.ProblemKind;
import dev.minnow.corpus.read.ReadingFault;
import dev.minnow.corpus.read.TarEntries;
import dev.minnow.corpus.read.TextFormat;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * A file of any format but zip, packed or not. Plain text and pages are one document; files of records and tar archives are many.
 *
 * @param file where it is
 * @param name what people call it
 * @param named whether someone asked for this very file: then it must be what its name says
 * @param compression how it is packed
 * @param format of what is in it
 */
record FileSource(Path file, String name, boolean named, Compression compression, TextFormat format) implements Source {
  /** For progress only; English text compresses about this much. */
  private static final long USUAL_RATIO = 3;

  /** A file, read as the end of its name says. */
  static FileSource of(Path file, boolean named) {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT).replaceFirst("\\.tgz$", ".tar.gz");
    Compression compression = Compression.ofName(name);
    return new FileSource(file, file.toString(), named, compression, TextFormat.ofName(compression.inner(name)));
  }

  /** A file whose name says nothing, read as its beginning says. */
  static FileSource ofContent(Path file, String name, ReadingOptions options) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      Compression compression = Compression.ofStart(in.readNBytes(4));
      FileSource packed = new FileSource(file, name, true, compression, TextFormat.TEXT);
      try (InputStream unpacked = packed.open()) {
        TextFormat format = TextFormat.ofStart(unpacked.readNBytes(FormatReader.SNIFFED_BYTES), options.field());
        return new FileSource(file, name, true, compression, format);
      } catch (IOException e) {
        // Reading it will say what is wrong.
        return packed;
      }
    }
  }

  @Override
  public String recipe() {
    return format.name().toLowerCase(Locale.ROOT) + " 2";
  }

  @Override
  public long estimatedBytes() throws IOException {
    return Files.size(file) * (compression == Compression.NONE ? 1 : USUAL_RATIO);
  }

  @Override
  public void read(FormatReader reader) throws IOException {
    try (InputStream in = open()) {
      if (format == TextFormat.TAR) {
        readArchive(reader, in);
      } else if (format == TextFormat.TEXT && TextFormat.isPacked(compression.inner(name.toLowerCase(Locale.ROOT)))) {
        throw new ReadingFault(ProblemKind.NOT_TEXT, "is packed in a way that is not read; unpack it first.");
      } else {
        reader.read(name, format, named, in);
      }
    }
  }

  private InputStream open() throws IOException {
    return compression.open(Files.newInputStream(file), new ExpansionLimit(Files.size(file)));
  }

  private void readArchive(FormatReader reader, InputStream in) throws IOException {
    try (TarEntries entries = new TarEntries(in)) {
      for (Optional<String> entry = entries.next(); entry.isPresent(); entry = entries.next()) {
        ArchiveEntry inside = new ArchiveEntry(name, entry.get());
        if (inside.isVisible()) {
          inside.read(reader, entries.content(), UnaryOperator.identity());
        }
      }
    }
  }
}
