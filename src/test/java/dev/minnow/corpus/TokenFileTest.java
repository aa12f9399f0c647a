package dev.minnow.corpus;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.minnow.memory.ElementType;
import dev.minnow.memory.Slab;
import dev.minnow.memory.SlabLayout;
import dev.minnow.memory.Tensor;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TokenFileTest {
  private static final String HASH = "00112233445566778899aabbccddeeff".repeat(2);

  @TempDir
  Path folder;

  private Path write(int vocabularySize, int... ids) {
    Path file = folder.resolve("tokens.bin");
    try (TokenFileWriter writer = new TokenFileWriter(file, vocabularySize, HASH)) {
      writer.append(IntArrayList.wrap(ids));
      writer.addTextBytes(3L * ids.length);
      writer.finish();
    }
    return file;
  }

  private static int[] all(TokenFile file) {
    SlabLayout layout = new SlabLayout();
    layout.add("ids", ElementType.I32, file.tokenCount() + 2);
    try (Slab slab = layout.allocate()) {
      Tensor ids = slab.tensor(0);
      file.copy(0, (int) file.tokenCount(), ids, 1);
      int[] padded = ids.toInts();
      assertEquals(0, padded[0]);
      assertEquals(0, padded[padded.length - 1]);
      return Arrays.copyOfRange(padded, 1, padded.length - 1);
    }
  }

  @ParameterizedTest
  @CsvSource({"256, 0, 2", "256, 1, 2", "65536, 200001, 2", "65537, 200001, 4", "2147483647, 70000, 4"})
  void idsComeBackAsTheyWereWritten(int vocabularySize, int count, int bytesOfId) throws IOException {
    int[] ids = new Random(7).ints(count, 0, vocabularySize).toArray();
    if (count > 0) {
      ids[count / 2] = vocabularySize - 1;
    }
    Path file = write(vocabularySize, ids);
    assertEquals(128 + (long) count * bytesOfId, Files.size(file));
    try (TokenFile tokens = TokenFile.open(file)) {
      tokens.verify();
      assertEquals(count, tokens.tokenCount());
      assertEquals(3L * count, tokens.textBytes());
      assertEquals(vocabularySize, tokens.vocabularySize());
      assertEquals(HASH, tokens.tokenizerHash());
      assertArrayEquals(ids, all(tokens));
    }
  }

  @Test
  void copiesOutsideTheFileOrTheTensorAreRefused() {
    SlabLayout layout = new SlabLayout();
    layout.add("ids", ElementType.I32, 2, 2);
    layout.add("floats", ElementType.F32, 4);
    try (TokenFile tokens = TokenFile.open(write(10, 1, 2, 3));
        Slab slab = layout.allocate()) {
      Tensor ids = slab.tensor(0);
      tokens.copy(1, 2, ids, 2);
      assertArrayEquals(new int[] {0, 0, 2, 3}, ids.toInts());
      assertThrows(IndexOutOfBoundsException.class, () -> tokens.copy(2, 2, ids, 0));
      assertThrows(IndexOutOfBoundsException.class, () -> tokens.copy(-1, 1, ids, 0));
      assertThrows(IndexOutOfBoundsException.class, () -> tokens.copy(0, 3, ids, 2));
      assertArrayEquals(new int[] {0, 0, 2, 3}, ids.toInts());
      assertThrows(IllegalArgumentException.class, () -> tokens.copy(0, 1, slab.tensor(1), 0));
      assertThrows(IndexOutOfBoundsException.class, () -> tokens.get(3));
    }
  }

  @Test
  void anIdOutsideTheVocabularyIsRefusedOnBothSides() throws IOException {
    Path file = folder.resolve("a.bin");
    try (TokenFileWriter writer = new TokenFileWriter(file, 10, HASH)) {
      assertThrows(IllegalArgumentException.class, () -> writer.append(10));
      assertThrows(IllegalArgumentException.class, () -> writer.append(-1));
    }
    Path good = write(10, 1, 2, 3);
    byte[] bytes = Files.readAllBytes(good);
    bytes[130] = 10;
    Files.write(good, bytes);
    try (TokenFile tokens = TokenFile.open(good)) {
      CorpusException refused = assertThrows(CorpusException.class, () -> tokens.get(1));
      assertEquals(
          "The token file " + good + " is damaged: id number 1 is 10, outside its vocabulary; remove it and let it be made again.",
          refused.getMessage());
    }
  }

  /** One changed byte anywhere is noticed, when the file is opened or when it is verified. */
  @Test
  void everyDamagedByteIsNoticed() throws IOException {
    Path file = write(10, 1, 2, 3, 4, 5);
    byte[] whole = Files.readAllBytes(file);
    for (int at = 0; at < whole.length; at++) {
      byte[] damaged = whole.clone();
      damaged[at] ^= 0x10;
      Files.write(file, damaged);
      assertThrows(
          CorpusException.class,
          () -> {
            try (TokenFile tokens = TokenFile.open(file)) {
              tokens.verify();
            }
          },
          "byte " + at);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 7, 8, 100, 127, 128, 137})
  void aFileCutShortIsRefused(int length) throws IOException {
    Path file = write(10, 1, 2, 3, 4, 5);
    Files.write(file, Arrays.copyOf(Files.readAllBytes(file), length));
    assertThrows(CorpusException.class, () -> TokenFile.open(file));
  }

  @Test
  void aFileWithBytesBehindItsEndIsRefused() throws IOException {
    Path file = write(10, 1, 2, 3);
    Files.write(file, Arrays.copyOf(Files.readAllBytes(file), 128 + 8));
    CorpusException refused = assertThrows(CorpusException.class, () -> TokenFile.open(file));
    assertTrue(refused.getMessage().contains("it has 136 bytes, which is not what 3 ids take"), refused.getMessage());
  }

  /** Headers that someone made on purpose, with a checksum that agrees. */
  @ParameterizedTest
  @CsvSource({
      "16, -1, is not what",
      "16, 9223372036854775807, is not what",
      "24, -1, contradicts itself",
      "32, 0, contradicts itself",
      "32, -5, contradicts itself",
      "32, 100000, contradicts itself",
      "12, 4, contradicts itself",
      "12, 0, contradicts itself",
      "8, 2, of version 2"})
  void aHeaderThatCannotBeIsRefused(int offset, long value, String reason) throws IOException {
    assertRefused(write(10, 1), offset, value, reason);
  }

  /** Four bytes for each of so many ids are, in 64 bits, as many as the file has. */
  @Test
  void aNumberOfIdsWhoseBytesOverflowIsRefused() throws IOException {
    assertRefused(write(70_000, 1), 16, (1L << 62) + 1, "is not what");
  }

  private static void assertRefused(Path file, int offset, long value, String reason) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    if (offset == 16 || offset == 24) {
      bytes.putLong(offset, value);
    } else {
      bytes.putInt(offset, (int) value);
    }
    CRC32C crc = new CRC32C();
    crc.update(bytes.array(), 0, 124);
    bytes.putInt(124, (int) crc.getValue());
    Files.write(file, bytes.array());
    CorpusException refused = assertThrows(CorpusException.class, () -> TokenFile.open(file));
    assertTrue(refused.getMessage().contains(reason), refused.getMessage());
    assertTrue(refused.getMessage().contains(file.toString()), refused.getMessage());
  }

  @Test
  void otherFilesAndMissingOnesAreRefusedByName() throws IOException {
    Path file = Files.writeString(folder.resolve("a.txt"), "Call me Ishmael.".repeat(20));
    assertEquals(
        file + " is not a token file; give one that Minnow wrote.",
        assertThrows(CorpusException.class, () -> TokenFile.open(file)).getMessage());
    Path missing = folder.resolve("missing");
    assertEquals(
        missing + " does not exist; check the path.", assertThrows(CorpusException.class, () -> TokenFile.open(missing)).getMessage());
  }

  @Test
  void anUnfinishedFileLeavesWhatWasThereBefore() {
    Path file = write(10, 1, 2, 3);
    try (TokenFileWriter writer = new TokenFileWriter(file, 10, HASH)) {
      writer.append(9);
    }
    assertFalse(Files.exists(folder.resolve("tokens.bin.tmp")));
    try (TokenFile tokens = TokenFile.open(file)) {
      assertArrayEquals(new int[] {1, 2, 3}, all(tokens));
    }
  }

  @Test
  void anotherFilesRemainsOfAKilledRunAreOverwritten() throws IOException {
    Files.writeString(folder.resolve("tokens.bin.tmp"), "x".repeat(1000));
    try (TokenFile tokens = TokenFile.open(write(10, 4))) {
      tokens.verify();
      assertArrayEquals(new int[] {4}, all(tokens));
    }
  }

  @Test
  void twoWritersOfOneFileAreRefused() {
    Path file = folder.resolve("a.bin");
    try (TokenFileWriter writer = new TokenFileWriter(file, 10, HASH)) {
      assertThrows(CorpusException.class, () -> new TokenFileWriter(file, 10, HASH));
      writer.append(1);
      writer.finish();
    }
    try (TokenFile tokens = TokenFile.open(file)) {
      tokens.verify();
    }
  }

  @Test
  void aPlaceThatCannotBeWrittenIsRefusedByName() {
    Path file = folder.resolve("missing/a.bin");
    CorpusException refused = assertThrows(CorpusException.class, () -> new TokenFileWriter(file, 10, HASH));
    assertTrue(refused.getMessage().startsWith(file + " cannot be written"), refused.getMessage());
  }
}
