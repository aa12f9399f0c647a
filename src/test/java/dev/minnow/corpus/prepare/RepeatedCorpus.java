package dev.minnow.corpus.prepare;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/**
 * Writes a corpus of any size by repeating passages with changes: files of JSON lines and a long text. Of the lines, one in fifty is an
 * exact copy, one in twenty a near one, and the others are changed so much that they are no copies. It needs nothing but Java, so that
 * {@code scripts/check-prepare} runs it from its source.
 */
final class RepeatedCorpus {
  private static final int PASSAGES = 500;
  private static final int WORDS = 30_000;
  private static final int WORDS_OF_PASSAGE = 300;
  private static final long FILE_BYTES = 64L << 20;

  private final Random random = new Random(42);
  private final String[] words = new String[WORDS];
  private final int[][] passages = new int[PASSAGES][WORDS_OF_PASSAGE];

  private RepeatedCorpus() {
    for (int i = 0; i < WORDS; i++) {
      words[i] = word();
    }
    for (int[] passage : passages) {
      for (int i = 0; i < passage.length; i++) {
        passage[i] = anyWord();
      }
    }
  }

  private String word() {
    String[] syllables = {"an", "be", "cor", "di", "el", "fo", "gra", "hi", "in", "ka", "lo", "mer", "na", "or", "pe", "re", "sta", "tu"};
    StringBuilder word = new StringBuilder();
    for (int i = 0; i < 1 + random.nextInt(4); i++) {
      word.append(syllables[random.nextInt(syllables.length)]);
    }
    return word.toString();
  }

  /** As in a language, a word of half the rank about twice as often. */
  private int anyWord() {
    return (int) Math.min(WORDS - 1, Math.exp(random.nextDouble() * Math.log(WORDS)) - 1);
  }

  private String text(double changed) {
    int[] passage = passages[random.nextInt(PASSAGES)];
    StringBuilder text = new StringBuilder();
    int length = passage.length / 2 + random.nextInt(passage.length / 2);
    for (int i = 0; i < (changed < 0.5 ? passage.length : length); i++) {
      text.append(words[random.nextDouble() < changed ? anyWord() : passage[i]]).append(i % 12 == 11 ? ". " : " ");
    }
    return text.toString();
  }

  private String line() {
    int kind = random.nextInt(100);
    String text = text(kind < 2 ? 0 : kind < 7 ? 0.02 : 0.8);
    String boilerplate = random.nextInt(10) == 0 ? "\\nAll rights reserved by the authors of these pages" : "";
    return "{\"text\":\"" + text + boilerplate + "\"}\n";
  }

  private void write(Path folder, long bytes) throws IOException {
    long longText = bytes / 20;
    try (Writer out = Files.newBufferedWriter(folder.resolve("long.txt"))) {
      for (long written = 0; written < longText;) {
        String text = text(0.8) + "\n";
        out.write(text);
        written += text.length();
      }
    }
    long left = bytes - longText;
    for (int file = 0; left > 0; file++) {
      long end = left - Math.min(left, FILE_BYTES);
      try (BufferedWriter out = Files.newBufferedWriter(folder.resolve("part%04d.jsonl".formatted(file)))) {
        while (left > end) {
          String line = line();
          out.write(line);
          left -= line.length();
        }
      }
    }
  }

  /** Writes so many megabytes into a folder. */
  public static void main(String[] arguments) throws IOException {
    Path folder = Files.createDirectories(Path.of(arguments[0]));
    new RepeatedCorpus().write(folder, Long.parseLong(arguments[1]) << 20);
  }
}
