package dev.minnow.corpus;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.minnow.corpus.read.ProblemKind;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DocumentReaderTest {
  private final List<TextPiece> pieces = new ArrayList<>();
  private final ReadingProblems problems = new ReadingProblems();
  private final DocumentReader reader = new DocumentReader(pieces::add, problems);

  private static ByteArrayInputStream stream(byte[] bytes) {
    return new ByteArrayInputStream(bytes);
  }

  private void read(String name, InputStream in) throws IOException {
    reader.read(name, in, null, UnaryOperator.identity());
  }

  private byte[] joined() {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    pieces.forEach(piece -> all.writeBytes(piece.utf8()));
    return all.toByteArray();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, DocumentReader.PIECE_BYTES - 1, DocumentReader.PIECE_BYTES, DocumentReader.PIECE_BYTES + 1, 3_500_000})
  void piecesOfALongTextAreBoundedEndAfterWordsAndJoinToTheText(int length) throws IOException {
    byte[] text = "Words, and €uros.\nMore of (them); ".repeat(length / 30 + 1).getBytes(StandardCharsets.UTF_8);
    byte[] exact = java.util.Arrays.copyOf(text, DocumentReader.characterStart(text, length));
    read("a", stream(exact));
    assertArrayEquals(exact, joined());
    for (int i = 0; i < pieces.size(); i++) {
      TextPiece piece = pieces.get(i);
      boolean last = i == pieces.size() - 1;
      assertEquals("a", piece.document());
      assertEquals(i, piece.index());
      assertEquals(last, piece.last());
      assertTrue(piece.utf8().length > 0 && piece.utf8().length <= DocumentReader.PIECE_BYTES);
      if (!last) {
        assertTrue(Character.isLetterOrDigit(piece.utf8()[piece.utf8().length - 1]));
        assertTrue(Character.isWhitespace(pieces.get(i + 1).utf8()[0]));
      }
    }
  }

  @Test
  void aTextWithoutWhiteSpaceIsCutBetweenCharacters() throws IOException {
    byte[] text = "€".repeat(800_000).getBytes(StandardCharsets.UTF_8);
    read("a", stream(text));
    assertArrayEquals(text, joined());
    assertEquals(3, pieces.size());
    for (TextPiece piece : pieces) {
      assertEquals(0, piece.utf8().length % 3);
    }
  }

  @Test
  void documentsWithoutTextGiveNoPieces() throws IOException {
    read("a", stream(new byte[0]));
    reader.read("b", stream("gone".getBytes(StandardCharsets.UTF_8)), null, bytes -> new byte[0]);
    assertEquals(List.of(), pieces);
    assertTrue(problems.isEmpty());
  }

  @Test
  void onlyTheFirstPieceIsOpened() throws IOException {
    byte[] text = "a ".repeat(1_200_000).getBytes(StandardCharsets.UTF_8);
    reader.read("a", stream(text), null, bytes -> new byte[] {'X'});
    assertArrayEquals(new byte[] {'X'}, pieces.getFirst().utf8());
    assertTrue(pieces.size() > 2);
    assertTrue(pieces.get(1).utf8().length > 1000);
  }

  @Test
  void aDocumentThatBreaksOffEndsWithWhatCame() {
    byte[] text = "word ".repeat(300_000).getBytes(StandardCharsets.UTF_8);
    InputStream broken =
        new SequenceInputStream(
            stream(text),
            new InputStream() {
              @Override
              public int read() throws IOException {
                throw new IOException("broken");
              }

              @Override
              public int read(byte[] into, int offset, int length) throws IOException {
                throw new IOException("broken");
              }
            });
    assertEquals("broken", assertThrows(IOException.class, () -> read("a", broken)).getMessage());
    assertArrayEquals(text, joined());
    assertEquals(List.of(false, true), pieces.stream().map(TextPiece::last).toList());
  }

  @Test
  void terminalLogsAreTextAndTheirControlsCount() throws IOException {
    read("log", stream("\u001B[1mred\u0007\t\f\n".getBytes(StandardCharsets.UTF_8)));
    assertEquals("[1mred\t\n\n", new String(joined(), StandardCharsets.UTF_8));
    assertEquals(List.of(ProblemKind.DROPPED_CONTROLS.phrase() + ": 1 document; log has 2 control characters."), problems.sentences());
  }

  @Test
  void halfSurrogatePairsInStringsBecomeReplacementCharacters() throws IOException {
    reader.read("a", "x\uD800y\uDC00\uD83D\uDE00z\uD83D");
    assertEquals("x\uFFFDy\uFFFD\uD83D\uDE00z\uFFFD", new String(joined(), StandardCharsets.UTF_8));
    assertEquals(List.of(ProblemKind.REPLACED_CHARACTERS.phrase() + ": 1 document; a has 3 of those."), problems.sentences());
  }
}
