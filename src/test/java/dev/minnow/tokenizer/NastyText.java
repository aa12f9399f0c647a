package dev.minnow.tokenizer;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Random bytes made of what split patterns treat in their own way, and of what looks like it. */
public final class NastyText {
  private static final List<byte[]> ALPHABET = alphabet();

  private NastyText() {}

  private static List<byte[]> alphabet() {
    List<byte[]> alphabet = new ArrayList<>();
    String[] texts = {
        // Twice what decides most.
        " ", " ", " ", "\n", "\n", "\r", "\r\n", "\t", "'", "'", "/", "/", "a", "Z", "1",
        // Contractions, in every case, and what is none.
        "s", "S", "ſ", "t", "T", "re", "RE", "rE", "ve", "Ve", "m", "M", "ll", "LL", "lL", "d", "D", "l", "r", "v", "e", "K", "’", "'s",
        "'ſ", "'LL", "'rE",
        // Lu, Ll, Lt, Lm, Lo, in the basic plane and above.
        "É", "ß", "ǅ", "ᾈ", "ʰ", "ー", "ª", "中", "文", "א", "ا", "𝒳", "𝓍", "𞤀", "𞤢", "𖭀", "𐐷", "𠀀", "İ", "ı",
        // Mn, Mc, Me, also above the basic plane.
        "\u0301", "\u0300", "\u0903", "\u20DD", "\u093E", "\uFE0F", "\uD834\uDD65", "\uDB40\uDD00",
        // Nd, Nl, No.
        "0", "9", "123", "1234", "٣", "५", "Ⅷ", "²", "½", "𝟙", "〇", "①",
        // Symbols, punctuation, controls, unassigned.
        ".", "-", "_", "!", "$", "^", "`", "+", "«", "。", "€", "😀", "👍🏽", "👨‍👩‍👧", "\u0000", "\u007F", "\u00AD", "\uE000", "\u0378",
        "\uDBFF\uDFFE", "\uFFFD", "//", "/\n", ".\n"};
    for (String text : texts) {
      alphabet.add(text.getBytes(StandardCharsets.UTF_8));
    }
    // The 25 white spaces, and what other definitions take for one.
    int[] spaces = {0x9, 0xA, 0xB, 0xC, 0xD, 0x20, 0x85, 0xA0, 0x1680, 0x2000, 0x2001, 0x2002, 0x2003, 0x2004, 0x2005, 0x2006, 0x2007,
        0x2008, 0x2009, 0x200A, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000, 0x1C, 0x1D, 0x1E, 0x1F, 0x180E, 0x200B, 0x200C, 0x200D, 0x2060,
        0xFEFF};
    for (int space : spaces) {
      alphabet.add(Character.toString(space).getBytes(StandardCharsets.UTF_8));
    }
    // Not UTF-8: lone bytes, cut characters, overlong forms, a surrogate, beyond the last plane.
    byte[][] malformed =
        {{(byte) 0x80}, {(byte) 0xBF}, {(byte) 0xC3}, {(byte) 0xC5}, {(byte) 0xE2, (byte) 0x80}, {(byte) 0xE3, (byte) 0x80},
            {(byte) 0xF0, (byte) 0x9F, (byte) 0x98}, {(byte) 0xC0, (byte) 0xA0}, {(byte) 0xE0, (byte) 0x80, (byte) 0xA0},
            {(byte) 0xED, (byte) 0xA0, (byte) 0x80}, {(byte) 0xF4, (byte) 0x90, (byte) 0x80, (byte) 0x80}, {(byte) 0xFF}};
    alphabet.addAll(List.of(malformed));
    return alphabet;
  }

  /** At most {@code longest} entries of the alphabet, mostly of a few kinds, because that makes long runs likely. */
  public static byte[] random(Random random, int longest) {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    int kinds = 1 + random.nextInt(6);
    int[] chosen = random.ints(kinds, 0, ALPHABET.size()).toArray();
    for (int left = random.nextInt(longest + 1); left > 0; left--) {
      int entry = random.nextInt(6) == 0 ? random.nextInt(ALPHABET.size()) : chosen[random.nextInt(kinds)];
      text.writeBytes(ALPHABET.get(entry));
    }
    return text.toByteArray();
  }

  /** For messages: every byte that is no visible ASCII in hexadecimal. */
  public static String show(byte[] text) {
    StringBuilder shown = new StringBuilder();
    for (byte b : text) {
      shown.append(b > ' ' && b < 0x7F && b != '\\' ? Character.toString(b) : "\\x%02X".formatted(b & 0xFF));
    }
    return shown.toString();
  }
}
