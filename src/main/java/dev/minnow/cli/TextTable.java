package dev.minnow.cli;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;

/** Rows of cells for a person to read: the first column to the left, the others to the right, two spaces apart. */
final class TextTable {
  private static final String GAP = "  ";

  /** Sizes of numbers that are written without an exponent. */
  private static final double LEAST_PLAIN = 1e-3;
  private static final double MOST_PLAIN = 1e6;

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

  /** A number without a fraction, with a comma after each thousand; a small one with so many digits that matter. */
  static String number(double value, int leastDigits) {
    boolean small = Math.abs(value) < Math.pow(10, leastDigits - 1);
    return small ? digits(value, leastDigits) : String.format(Locale.ROOT, "%,.0f", value);
  }

  /** A part of a whole in percent. */
  static String share(long part, long whole) {
    return String.format(Locale.ROOT, "%.1f %%", 100.0 * part / Math.max(1, whole));
  }

  /** A number with so many digits that matter; a dash for one that is not finite. */
  static String digits(double value, int digits) {
    if (!Double.isFinite(value)) {
      return "-";
    }
    double size = Math.abs(value);
    return size == 0 || size >= LEAST_PLAIN && size < MOST_PLAIN
        ? new BigDecimal(value).round(new MathContext(digits)).stripTrailingZeros().toPlainString()
        : String.format(Locale.ROOT, "%." + (digits - 1) + "e", value);
  }

  /** A number with so many digits after the point; a dash for one that is not there. */
  static String decimals(double value, int digits) {
    return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, "%." + digits + "f", value);
  }

  /** The rows, each on a line of its own. */
  @Override
  public String toString() {
    return fitting(Integer.MAX_VALUE);
  }

  /**
   * The rows, each on a line of its own, without columns that there is no room for.
   *
   * @param columns of the terminal
   * @param expendable columns that may go, the first of them first
   */
  String fitting(int columns, int... expendable) {
    BitSet shown = new BitSet();
    shown.set(0, widths.length);
    for (int i = 0; i < expendable.length && width(shown) > columns; i++) {
      shown.clear(expendable[i]);
    }
    StringBuilder text = new StringBuilder();
    for (String[] row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < row.length; i++) {
        if (shown.get(i)) {
          String padding = " ".repeat(widths[i] - row[i].length());
          line.append(i == 0 ? row[i] + padding : GAP + padding + row[i]);
        }
      }
      text.append(line.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }

  private int width(BitSet shown) {
    return shown.stream().map(i -> widths[i] + GAP.length()).sum() - GAP.length();
  }
}
