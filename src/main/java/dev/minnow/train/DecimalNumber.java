package dev.minnow.train;

import java.util.regex.Pattern;

/** A number as people write it: {@code 3}, {@code 0.001} or {@code 1e-3}; not what Java takes besides, such as {@code NaN}. */
public final class DecimalNumber {
  private static final Pattern FORM = Pattern.compile("[+-]?(?:[0-9]+\\.?[0-9]*|\\.[0-9]+)(?:[eE][+-]?[0-9]+)?");

  private DecimalNumber() {}

  /**
   * The number that a text writes.
   *
   * @throws NumberFormatException if it writes none, or one beyond the range of a {@code double}
   */
  public static double of(String text) {
    double number = FORM.matcher(text).matches() ? Double.parseDouble(text) : Double.NaN;
    if (!Double.isFinite(number)) {
      throw new NumberFormatException(text);
    }
    return number;
  }

  /**
   * The same as a {@code float}.
   *
   * @throws NumberFormatException if the text writes no number, or one beyond the range of a {@code float}
   */
  public static float floatOf(String text) {
    float number = FORM.matcher(text).matches() ? Float.parseFloat(text) : Float.NaN;
    if (!Float.isFinite(number)) {
      throw new NumberFormatException(text);
    }
    return number;
  }
}
