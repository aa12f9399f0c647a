package dev.minnow.corpus.clean;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Counts over the documents of a corpus, in bounded memory; for one thread, and mergeable. Merged, all counts are what one thread would
 * have counted, those of frequent words within their error.
 */
public final class CorpusStatistics {
  /** Lengths from 2^0 to 2^62 bytes. */
  private static final int LENGTH_CLASSES = Long.SIZE - 1;

  private final Words tokens = new Words();
  private final DistinctWords distinctWords = new DistinctWords();
  private final FrequentWords frequentWords = new FrequentWords();
  private final long[] classes = new long[CharacterKind.values().length];
  private final long[] lengths = new long[LENGTH_CLASSES];
  private long documents;
  private long bytes;
  private long characters;
  private long words;
  private long documentBytes;

  /** Takes the next piece of a document. */
  public void add(byte[] utf8) {
    documentBytes += utf8.length;
    String text = new String(utf8, StandardCharsets.UTF_8);
    for (int i = 0; i < text.length();) {
      int c = text.codePointAt(i);
      i += Character.charCount(c);
      characters++;
      classes[CharacterKind.of(c).ordinal()]++;
    }
    tokens.forEach(text, (letters, length) -> {
      words++;
      distinctWords.add(Words.hash(letters, length));
      frequentWords.add(new String(letters, 0, length).toLowerCase(Locale.ROOT), 1);
    });
  }

  /** Ends the document; the next piece begins another. */
  public void endDocument() {
    documents++;
    bytes += documentBytes;
    lengths[documentBytes == 0 ? 0 : Long.SIZE - 1 - Long.numberOfLeadingZeros(documentBytes)]++;
    documentBytes = 0;
  }

  /** Adds what another thread counted, between documents. */
  public void addAll(CorpusStatistics other) {
    documents += other.documents;
    bytes += other.bytes;
    characters += other.characters;
    words += other.words;
    Arrays.setAll(classes, i -> classes[i] + other.classes[i]);
    Arrays.setAll(lengths, i -> lengths[i] + other.lengths[i]);
    distinctWords.addAll(other.distinctWords);
    frequentWords.addAll(other.frequentWords);
  }

  public long documents() {
    return documents;
  }

  /** Bytes of UTF-8. */
  public long bytes() {
    return bytes;
  }

  /** Code points, white space included. */
  public long characters() {
    return characters;
  }

  /** Words and numbers by Unicode's boundaries of words. */
  public long words() {
    return words;
  }

  /** Different words, case aside; estimated, standard error 0.8 %. */
  public long distinctWords() {
    return distinctWords.estimate();
  }

  /** The most frequent words, most frequent first; counts may be too low by {@link #words} / 65,536. */
  public List<WordCount> frequentWords(int most) {
    return frequentWords.most(most);
  }

  /** How many {@link #characters} are of each class. */
  public Map<CharacterKind, Long> characterClasses() {
    Map<CharacterKind, Long> counts = new EnumMap<>(CharacterKind.class);
    for (CharacterKind c : CharacterKind.values()) {
      counts.put(c, classes[c.ordinal()]);
    }
    return counts;
  }

  /** (63) how many documents have from 2^i bytes to less than 2^(i+1); those of none count with those of one. */
  public long[] lengthHistogram() {
    return lengths.clone();
  }
}
