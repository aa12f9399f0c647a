package dev.minnow.corpus;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DocumentReaderTest {
  private final List<TextPiece> pieces = new ArrayList<>();
  private final DocumentReader reader = new DocumentReader(pieces::add);

  private static ByteArrayInputStream stream(byte[] bytes) {
    return new ByteArrayInputStream(bytes);
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
    reader.read("a", stream(exact));
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
    reader.read("a", stream(text));
    assertArrayEquals(text, joined());
    assertEquals(3, pieces.size());
    for (TextPiece piece : pieces) {
      assertEquals(0, piece.utf8().length % 3);
    }
  }

  @Test
  void documentsWithoutTextGiveNoPieces() throws IOException {
    reader.read("a", stream(new byte[0]));
    reader.readIfText("b", stream("gone".getBytes(StandardCharsets.UTF_8)), bytes -> new byte[0]);
    assertEquals(List.of(), pieces);
    assertEquals(Set.of(), reader.passedOver());
  }

  @Test
  void onlyTheFirstPieceIsOpened() throws IOException {
    byte[] text = "a ".repeat(1_200_000).getBytes(StandardCharsets.UTF_8);
    reader.readIfText("a", stream(text), bytes -> new byte[] {'X'});
    assertArrayEquals(new byte[] {'X'}, pieces.getFirst().utf8());
    assertTrue(pieces.size() > 2);
    assertTrue(pieces.get(1).utf8().length > 1000);
  }

  @Test
  void whatBeginsLikeABinaryFileIsPassedOverAndNamed() throws IOException {
    reader.readIfText("picture", stream(new byte[] {(byte) 0x89, 'P', 'N', 'G', 13, 10, 26, 10, 0, 0}), UnaryOperator.identity());
    assertEquals(Set.of("picture"), reader.passedOver());
    reader.readIfText("terminal log", stream("\u001B[1mred\u0007\t\f\n".getBytes(StandardCharsets.UTF_8)), UnaryOperator.identity());
    assertEquals(Set.of("picture"), reader.passedOver());
    assertFalse(pieces.isEmpty());
  }
}
