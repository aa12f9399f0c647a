package dev.minnow.cli;

import dev.minnow.tokenizer.Tokenizer;
import java.util.Iterator;

/** The split patterns that an option may name. */
final class PatternNames implements Iterable<String> {
  @Override
  public Iterator<String> iterator() {
    return Tokenizer.patterns().iterator();
  }
}
