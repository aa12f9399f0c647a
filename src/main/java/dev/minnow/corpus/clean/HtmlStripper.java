package dev.minnow.corpus.clean;

import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.regex.Pattern;
import org.apache.lucene.analysis.charfilter.HTMLStripCharFilter;

/**
 * Text of HTML documents without markup, scripts, styles and comments, by Lucene's {@link HTMLStripCharFilter}. What is cut off at the end
 * of a piece, such as half a tag, waits for the next. For one thread, one document after the other.
 */
final class HtmlStripper {
  /** A page may begin with an XML declaration and comments. */
  private static final Pattern BEGINNING =
      Pattern.compile("(?si)\\s*+(?>(?:<\\?xml[^>]*+>|<!--.{0,2000}?-->)\\s*+){0,5}+<(?:!doctype\\s++html|html|head|body)[\\s>].*");

  /** How much of a document shows what it is. */
  private static final int BEGINNING_CHARACTERS = 16_384;

  /** Most characters that wait: a longer script or comment is taken apart where the piece ends. */
  private static final int MOST_WAITING = 1 << 20;

  /** Longest entity, CounterClockwiseContourIntegral, and some. */
  private static final int LONGEST_ENTITY = 40;

  /** What is only understood whole: how it begins and ends. */
  private static final String[][] WHOLES = {{"<script", "</script"}, {"<style", "</style"}, {"<!--", "-->"}, {"<", ">"}};

  private String waiting = "";

  /** Goes by how a document begins alone: files with a page's name were stripped when they were read, and may show markup as text. */
  static boolean isHtml(String text) {
    return BEGINNING.matcher(text.substring(0, Math.min(text.length(), BEGINNING_CHARACTERS))).matches();
  }

  /** The text of the next part of a document. */
  String strip(String part, boolean last) {
    String html = waiting + part;
    int end = last ? html.length() : end(html);
    waiting = html.substring(end);
    StringWriter text = new StringWriter(end);
    try (HTMLStripCharFilter filter = new HTMLStripCharFilter(new StringReader(closed(html.substring(0, end))))) {
      filter.transferTo(text);
    } catch (IOException e) {
      throw new UncheckedIOException("A string cannot fail to be read.", e);
    }
    return text.toString();
  }

  /**
   * The filter looks for the end of each instruction up to the next {@code >}, which is one after {@code ?} or {@code /} alone. Many that
   * nothing ends would take quadratic time, so all but the last before a {@code >} become what it would have made of them, text.
   */
  private static String closed(String html) {
    if (!html.contains("<?")) {
      return html;
    }
    StringBuilder closed = new StringBuilder(html.length());
    for (int from = 0; from < html.length();) {
      int next = html.indexOf('>', from);
      String part = html.substring(from, next < 0 ? html.length() : next + 1);
      boolean isEnded = part.endsWith("?>") || part.endsWith("/>");
      int kept = isEnded ? 0 : Math.max(0, part.lastIndexOf("<?"));
      closed.append(part.substring(0, kept).replace("<?", "&lt;?")).append(part, kept, part.length());
      from += part.length();
    }
    return closed.toString();
  }

  /** Where what is whole ends. */
  private static int end(String html) {
    int end = html.length();
    for (String[] whole : WHOLES) {
      int begin = lastIndexOf(html, whole[0], end - 1, 0);
      if (begin >= 0 && lastIndexOf(html, whole[1], end - 1, begin) < 0) {
        end = begin;
      }
    }
    int entity = html.lastIndexOf('&', end - 1);
    if (entity > end - LONGEST_ENTITY && html.indexOf(';', entity) < 0) {
      end = entity;
    }
    return html.length() - end > MOST_WAITING ? html.length() : Math.max(end, 0);
  }

  private static int lastIndexOf(String html, String word, int from, int to) {
    for (int i = from; i >= to; i--) {
      if (html.charAt(i) == word.charAt(0) && html.regionMatches(true, i, word, 0, word.length())) {
        return i;
      }
    }
    return -1;
  }
}
