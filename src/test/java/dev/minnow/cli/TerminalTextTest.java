package dev.minnow.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class TerminalTextTest {
  @Test
  void controlCharactersBecomePicturesAndTextStaysAsItIs() {
    assertEquals("a\n\tb é 😀 ␛[31m␍␀␡\uFFFD", TerminalText.of("a\n\tb é 😀 \u001b[31m\r\0\u007f\u009b"));
  }

  @Test
  void quotedTextIsOnOneLine() {
    assertEquals("\" a\\n\\tb␛\"", TerminalText.quoted(" a\n\tb\u001b"));
  }
}
