package dev.minnow.tokenizer;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.minnow.tokenizer.unicode.Quotes;

/** What is wrong with a text that is no JSON, for a sentence to a person. */
public final class JsonProblem {
  private static final int LONGEST = 240;

  private JsonProblem() {}

  /** The parser's words, which quote the text, made fit to print and without those about where it read from and how programs set it up. */
  public static String of(JsonProcessingException e) {
    String words = e.getOriginalMessage()
        .lines()
        .findFirst()
        .orElse("")
        .replaceFirst(" \\((start marker at|bound as) .*", "")
        .replaceFirst(": (enable|not allowed as per) .*", "")
        .replaceFirst(", from `[^`]*`", "");
    return Quotes.plain(words, LONGEST);
  }

  /** " at line N", or nothing. */
  public static String place(JsonProcessingException e) {
    return e.getLocation() == null ? "" : " at line " + e.getLocation().getLineNr();
  }
}
