package dev.minnow.corpus.read;

import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.function.LongConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.lucene.analysis.charfilter.HTMLStripCharFilter;
import org.jspecify.annotations.Nullable;

/** The text of HTML pages: without tags, comments, scripts and styles, entities resolved, a new line for each block. */
public final class HtmlText {
  /** Where browsers look for the declaration of an encoding, and some more. */
  public static final int DECLARATION_BYTES = 4096;

  private static final Pattern DECLARATION =
      Pattern.compile(
          "<meta\\s[^>]{0,500}?charset\\s*+=\\s*+[\"']?+\\s*+([\\w.:-]+)|<\\?xml\\s[^>]{0,500}?encoding\\s*+=\\s*+[\"']([\\w.:-]+)",
          Pattern.CASE_INSENSITIVE);

  private HtmlText() {}

  /**
   * Strips a page.
   *
   * @param page UTF-8, which {@link NormalizedText} made of the file
   * @param replaced hears how many numeric entities named half a surrogate pair, for which U+FFFD stands
   */
  public static InputStream strip(NormalizedText page, LongConsumer replaced) {
    Reader characters = new BoundedMarkup(new InputStreamReader(page, StandardCharsets.UTF_8));
    return new Utf8Bytes(new HTMLStripCharFilter(characters), replaced);
  }

  /**
   * The encoding that a page declares for itself, or null where it declares none that is known, or UTF-8: that is found out anyway.
   *
   * @param start the page's first {@link #DECLARATION_BYTES} bytes or all
   */
  public static @Nullable Charset declaredEncoding(byte[] start) {
    Matcher matcher = DECLARATION.matcher(new String(start, StandardCharsets.ISO_8859_1));
    if (!matcher.find()) {
      return null;
    }
    String name = matcher.group(1) != null ? matcher.group(1) : matcher.group(2);
    try {
      Charset declared = Charset.forName(name);
      // A declaration that can be read as ASCII is not in UTF-16, and pages that say Latin-1 are in Windows-1252.
      if (declared.equals(StandardCharsets.UTF_8) || declared.name().startsWith("UTF-")) {
        return null;
      }
      boolean latin = declared.equals(StandardCharsets.ISO_8859_1) || declared.equals(StandardCharsets.US_ASCII);
      return latin ? Encodings.WINDOWS_1252 : declared;
    } catch (IllegalArgumentException unknown) {
      return null;
    }
  }
}
