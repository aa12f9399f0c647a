package dev.minnow.corpus.clean;

import dev.minnow.corpus.TextPiece;
import java.nio.charset.StandardCharsets;

/**
 * Cleans one document after the other; for one thread. Cleaning what is clean changes nothing, except that HTML whose text explains HTML
 * is such text afterwards and no HTML.
 */
public final class DocumentCleaner {
  private final CleaningOptions options;
  private final CleanLines lines;
  private final boolean keepsLines;
  private HtmlStripper html = new HtmlStripper();
  private boolean isHtml;

  /**
   * A cleaner.
   *
   * @param options which of them apply: stripHtml, normalize and dropBoilerplate
   * @param boilerplate lines to leave out if the options say so; none while they are being counted
   */
  public DocumentCleaner(CleaningOptions options, BoilerplateLines boilerplate) {
    this.options = options;
    this.lines = new CleanLines(options.normalize(), options.dropBoilerplate() ? boilerplate : BoilerplateLines.none());
    this.keepsLines = !options.normalize() && !options.dropBoilerplate();
  }

  /** Cleans the next piece of a document: pieces come in order, and documents one after the other. */
  public TextPiece clean(TextPiece piece) {
    byte[] utf8 = piece.utf8();
    if (options.stripHtml() || options.normalize()) {
      String text = new String(utf8, StandardCharsets.UTF_8);
      String visible = visible(piece, text);
      utf8 = visible.equals(text) ? utf8 : visible.getBytes(StandardCharsets.UTF_8);
    }
    byte[] cleaned = keepsLines ? utf8 : lines.clean(utf8, piece.last());
    return new TextPiece(piece.document(), piece.index(), cleaned, piece.last());
  }

  private String visible(TextPiece piece, String text) {
    if (piece.first()) {
      isHtml = options.stripHtml() && HtmlStripper.isHtml(text);
      html = new HtmlStripper();
    }
    String shown = isHtml ? html.strip(text, piece.last()) : text;
    return options.normalize() ? VisibleText.of(shown) : shown;
  }
}
