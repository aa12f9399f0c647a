package dev.minnow.cli;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Words of the command line that name files. */
final class FileName implements ITypeConverter<String> {
  /** What stands where a byte was that is not UTF-8. */
  private static final String REPLACEMENT = "\uFFFD";

  /** Whether the virtual machine may have lost bytes of a word, so that it would be another file's name. */
  static boolean isLost(String word) {
    return word.contains(REPLACEMENT);
  }

  /**
   * The word itself.
   *
   * @throws TypeConversionException if bytes of it were lost
   */
  static String whole(String word) {
    if (isLost(word)) {
      throw new TypeConversionException("Bytes of this name were lost.");
    }
    return word;
  }

  @Override
  public String convert(String word) {
    return whole(word);
  }
}
