package dev.minnow.corpus;

import dev.minnow.corpus.read.CsvColumn;
import dev.minnow.corpus.read.HtmlText;
import dev.minnow.corpus.read.JsonDocuments;
import dev.minnow.corpus.read.JsonLines;
import dev.minnow.corpus.read.NormalizedText;
import dev.minnow.corpus.read.ProblemKind;
import dev.minnow.corpus.read.ReadingFault;
import dev.minnow.corpus.read.TextFormat;
import dev.minnow.corpus.read.TextRecords;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.nio.charset.Charset;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Reads files and entries of archives of any format. What is wrong with one is noted and does no harm to the next. */
final class FormatReader {
  /** How much of a file of JSON shows whether it holds texts. */
  static final int SNIFFED_BYTES = 1 << 16;

  /** How many records show whether a file of lines holds texts. The first alone may be torn, or a header. */
  private static final int SNIFFED_RECORDS = 64;

  private final DocumentReader documents;
  private final ReadingOptions options;
  private final ReadingProblems problems;
  /** Of files that hold other documents, or pages. */
  private final NormalizedText file = new NormalizedText();

  FormatReader(DocumentReader documents, ReadingOptions options, ReadingProblems problems) {
    this.documents = documents;
    this.options = options;
    this.problems = problems;
  }

  ReadingProblems problems() {
    return problems;
  }

  /**
   * Reads one file or entry.
   *
   * @param named whether someone asked for this very file: then it is what its name says
   * @param in stays the caller's to close
   * @return whether it was read to its end
   */
  boolean read(String name, TextFormat format, boolean named, InputStream in) {
    return read(name, format, named, in, UnaryOperator.identity());
  }

  /**
   * As {@link #read(String, TextFormat, boolean, InputStream)}.
   *
   * @param opening what to make of the first piece of a plain text
   */
  boolean read(String name, TextFormat format, boolean named, InputStream in, UnaryOperator<byte[]> opening) {
    try {
      switch (format) {
        case TEXT -> documents.read(name, in, options.encoding(), opening);
        case HTML -> readPage(name, in);
        case JSON_LINES -> readFile(name, in, named, utf8 -> new JsonLines(utf8, options.field()));
        case JSON -> readJson(name, in, named);
        case CSV -> readFile(name, in, true, utf8 -> new CsvColumn(utf8, false, options.column()));
        case TSV -> readFile(name, in, true, utf8 -> new CsvColumn(utf8, true, options.column()));
        case TAR, ZIP -> throw new ReadingFault(ProblemKind.NESTED_ARCHIVE, "is an archive within another file; unpack it first.");
      }
      return true;
    } catch (IOException e) {
      problems.lost(name, e);
      return false;
    }
  }

  private void readPage(String name, InputStream in) throws IOException {
    byte[] start = in.readNBytes(HtmlText.DECLARATION_BYTES);
    @Nullable Charset declared = options.encoding() == null ? HtmlText.declaredEncoding(start) : options.encoding();
    if (options.keepsMarkup()) {
      documents.read(name, rejoined(start, in), declared, UnaryOperator.identity());
      return;
    }
    file.open(rejoined(start, in), declared);
    AtomicLong replaced = new AtomicLong();
    try {
      documents.readUtf8(name, HtmlText.strip(file, replaced::addAndGet));
    } finally {
      documents.noteChanges(name, file);
      documents.noteReplaced(name, replaced.get());
    }
  }

  /** A file of JSON that nobody asked for may well be settings or source, which are read as they stand. */
  private void readJson(String name, InputStream in, boolean named) throws IOException {
    byte[] start = in.readNBytes(SNIFFED_BYTES);
    InputStream whole = rejoined(start, in);
    if (named || JsonDocuments.areShownBy(start, options.field())) {
      readFile(name, whole, true, utf8 -> new JsonDocuments(utf8, options.field()));
    } else {
      documents.read(name, whole, options.encoding(), UnaryOperator.identity());
    }
  }

  private static InputStream rejoined(byte[] start, InputStream rest) throws IOException {
    PushbackInputStream whole = new PushbackInputStream(rest, SNIFFED_BYTES);
    whole.unread(start);
    return whole;
  }

  @FunctionalInterface
  private interface RecordsOf {
    TextRecords open(InputStream utf8) throws IOException;
  }

  /** Reads the records of a file. One that need not hold any is passed over whole if none of its first ones is one, as in logs. */
  private void readFile(String name, InputStream in, boolean required, RecordsOf format) throws IOException {
    file.open(in, options.encoding());
    try {
      TextRecords records = format.open(file);
      Map<String, ReadingFault> unnoted = new LinkedHashMap<>();
      boolean holdsRecords = required;
      while (unnoted.size() < SNIFFED_RECORDS && records.next()) {
        String place = name + records.place();
        try {
          documents.read(place, records.text());
          holdsRecords = true;
        } catch (ReadingFault e) {
          unnoted.put(place, e);
        }
        if (holdsRecords) {
          unnoted.forEach(problems::lost);
          unnoted.clear();
        }
      }
      if (!unnoted.isEmpty()) {
        problems.lost(name, withoutRecords());
      }
    } finally {
      documents.noteChanges(name, file);
    }
  }

  private ReadingFault withoutRecords() {
    return new ReadingFault(
        ProblemKind.PASSED_OVER,
        "has no JSON object with a string in the field \"" + options.field()
            + "\" in its first lines; name the field, or the file itself to read all of it.");
  }
}
