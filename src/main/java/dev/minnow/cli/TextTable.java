package dev.minnow.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Rows of cells for a person to read: the first column to the left, the others to the right, two spaces apart. */
final class TextTable {
  private static final String GAP = "  ";

  private final List<String[]> rows = new ArrayList<>();
  private int[] widths = {};

  /** Adds a row; rows may have fewer cells than others. */
  TextTable row(String... cells) {
    if (cells.length > widths.length) {
      widths = Arrays.copyOf(widths, cells.length);
    }
    for (int i = 0; i < cells.length; i++) {
      widths[i] = Math.max(widths[i], cells[i].length());
    }
    rows.add(cells.clone());
    return this;
  }

  /** A whole number with a comma after each thousand. */
  static String number(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }

  /** A part of a whole in percent. */
  static String share(long part, long whole) {
    return String.format(Locale.ROOT, "%.1f %%", 100.0 * part / Math.max(1, whole));
  }

  /** The rows, each on a line of its own. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (String[] row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < row.length; i++) {
        String padding = " ".repeat(widths[i] - row[i].length());
        line.append(i == 0 ? row[i] + padding : GAP + padding + row[i]);
      }
      text.append(line.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }
}
