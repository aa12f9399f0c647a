package dev.minnow.cli;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A size on the command line: a number of bytes, or of KiB, MiB or GiB with {@code k}, {@code m} or {@code g} after it. */
final class ByteCount {
  private static final Pattern FORM = Pattern.compile("([0-9]{1,12}(?:\\.[0-9]{1,3})?)([kmg]?)(?:i?b)?");

  private ByteCount() {}

  /**
   * Bytes of what a person writes.
   *
   * @throws IllegalArgumentException if it is no size
   */
  static long of(String option, String value) {
    Matcher matcher = FORM.matcher(value.strip().toLowerCase(Locale.ROOT));
    if (!matcher.matches()) {
      throw new IllegalArgumentException(option + " cannot be \"" + value + "\"; it takes a size such as 128m.");
    }
    int shift =
        switch (matcher.group(2)) {
          case "k" -> 10;
          case "m" -> 20;
          case "g" -> 30;
          default -> 0;
        };
    return (long) (Double.parseDouble(matcher.group(1)) * (1L << shift));
  }
}
