package dev.minnow.corpus.read;

import java.nio.charset.StandardCharsets;
import java.util.Set;

/** What a file holds, by the end of its name without that of a compression. */
public enum TextFormat {
  TAR, ZIP, JSON_LINES, JSON, CSV, TSV, HTML,
  /** Everything else: plain text, Markdown, sources. */
  TEXT;

  private static final Set<String> PACKED = Set.of("zip", "tar", "jar", "gz", "tgz", "bz2", "xz", "zst", "7z", "rar");

  /** The format of a file of that name. */
  public static TextFormat ofName(String lowerCaseName) {
    return switch (extension(lowerCaseName)) {
      case "tar" -> TAR;
      case "zip" -> ZIP;
      case "jsonl", "ndjson" -> JSON_LINES;
      case "json" -> JSON;
      case "csv" -> CSV;
      case "tsv" -> TSV;
      case "html", "htm", "xhtml" -> HTML;
      default -> TEXT;
    };
  }

  private static String extension(String name) {
    int dot = name.lastIndexOf('.');
    return dot < 0 ? "" : name.substring(dot + 1);
  }

  /**
   * The format of a file without a name.
   *
   * @param start what it begins with
   * @param field of JSON that holds the text
   */
  public static TextFormat ofStart(byte[] start, String field) {
    String text = new String(start, StandardCharsets.ISO_8859_1).stripLeading();
    if (text.regionMatches(true, 0, "<!doctype html", 0, 14) || text.regionMatches(true, 0, "<html", 0, 5)) {
      return HTML;
    }
    if (!JsonDocuments.areShownBy(start, field)) {
      return TEXT;
    }
    int lineEnd = text.indexOf('\n');
    boolean wholeLines = text.startsWith("{") && (lineEnd < 0 || text.substring(0, lineEnd).stripTrailing().endsWith("}"));
    return wholeLines ? JSON_LINES : JSON;
  }

  /** Whether an entry of that name is itself packed or an archive. */
  public static boolean isPacked(String lowerCaseName) {
    return PACKED.contains(extension(lowerCaseName));
  }
}
