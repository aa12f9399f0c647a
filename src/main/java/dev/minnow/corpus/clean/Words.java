package dev.minnow.corpus.clean;

import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.io.UncheckedIOException;
import org.apache.lucene.analysis.standard.StandardTokenizer;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;

/** The words of a text by Unicode's word boundaries (UAX #29), as Lucene finds them. For one thread. */
final class Words {
  /** Is handed each word. */
  interface Consumer {
    /** Takes a word that lies in {@code characters} from 0 to {@code length}, until it returns. */
    void accept(char[] characters, int length);
  }

  private final StandardTokenizer tokenizer = new StandardTokenizer();
  private final CharTermAttribute term = tokenizer.addAttribute(CharTermAttribute.class);

  /** Hands on all words in order; one of more than 255 characters comes in parts. */
  void forEach(String text, Consumer words) {
    try (Reader reader = new StringReader(text)) {
      tokenizer.setReader(reader);
      tokenizer.reset();
      while (tokenizer.incrementToken()) {
        words.accept(term.buffer(), term.length());
      }
      tokenizer.end();
      tokenizer.close();
    } catch (IOException e) {
      throw new UncheckedIOException("A string cannot fail to be read.", e);
    }
  }

  /** A hash of the word without case. */
  static long hash(char[] characters, int length) {
    long hash = length;
    for (int i = 0; i < length; i++) {
      char c = characters[i];
      char folded = c >= 'a' && c <= 'z' ? c : c < 0x80 ? asciiLowerCase(c) : Character.toLowerCase(Character.toUpperCase(c));
      hash = (hash ^ folded) * 0x9E3779B97F4A7C15L;
      hash ^= hash >>> 29;
    }
    return hash;
  }

  private static char asciiLowerCase(char c) {
    return (char) (c >= 'A' && c <= 'Z' ? c | 0x20 : c);
  }
}
