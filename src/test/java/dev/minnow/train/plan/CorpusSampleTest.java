package dev.minnow.train.plan;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.minnow.corpus.Corpus;
import dev.minnow.corpus.prepare.PreparedCorpus;
import dev.minnow.corpus.prepare.Tokenization;
import dev.minnow.tokenizer.Tokenizer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CorpusSampleTest {
  private static final long SEED = 4;

  @TempDir
  private Path folder;

  private static byte[] joined(List<byte[]> pieces) {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    pieces.forEach(text::writeBytes);
    return text.toByteArray();
  }

  private Corpus corpus(String text) throws IOException {
    return Corpus.open(List.of(Files.writeString(folder.resolve("text.txt"), text).toString()));
  }

  /** Lines of random words, each with its number. */
  private static String lines(int count) {
    Random random = new Random(SEED);
    StringBuilder text = new StringBuilder();
    for (int line = 0; line < count; line++) {
      text.append("%07d %08x\n".formatted(line, random.nextInt()));
    }
    return text.toString();
  }

  @Test
  void aSmallCorpusIsTakenWhole() throws IOException {
    String text = lines(1000);
    CorpusSample sample = CorpusSample.read(corpus(text), null);
    assertEquals(text,
        new String(joined(sample.training()), StandardCharsets.UTF_8) + new String(joined(sample.heldOut()), StandardCharsets.UTF_8));
    assertEquals(text.length(), sample.trainingBytes() + sample.heldOutBytes());
    assertEquals(text, new String(joined(sample.ofAll()), StandardCharsets.UTF_8));
  }

  @Test
  void ofALargeCorpusNoMoreIsLearnedOfWhatIsHeldOutThanOfTheRest() throws IOException {
    CorpusSample sample = CorpusSample.read(corpus(lines(500_000)), null);
    double share = (double) joined(sample.training()).length / sample.trainingBytes();
    double heldOut = joined(sample.ofAll()).length - joined(sample.training()).length;
    assertTrue(share < 0.6, "a sample of " + share);
    assertEquals(share * sample.heldOutBytes(), heldOut, 64 << 10);
  }

  @Test
  void itIsSplitAsTrainingSplitsIt() throws IOException {
    for (int documents : new int[] {1, 300}) {
      Path texts = Files.createDirectories(folder.resolve("texts" + documents));
      for (int i = 0; i < documents; i++) {
        Files.writeString(texts.resolve(i + ".txt"), "Document " + i + " says:\n" + lines(documents == 1 ? 900 : 3 + i % 5));
      }
      Corpus corpus = Corpus.open(List.of(texts.toString()));
      CorpusSample sample = CorpusSample.read(corpus, 0.25);
      try (PreparedCorpus prepared =
          new Tokenization(corpus, Tokenizer.bytes(), 0.25).prepare(folder.resolve("tokens" + documents), 1, (done, total) -> {})) {
        assertEquals(prepared.training().textBytes(), sample.trainingBytes(), documents + " documents");
        assertEquals(prepared.validation().orElseThrow().textBytes(), sample.heldOutBytes(), documents + " documents");
      }
    }
  }

  @Test
  void ofALargeCorpusChunksComeFromAllOfIt() throws IOException {
    int count = 500_000;
    CorpusSample sample = CorpusSample.read(corpus(lines(count)), null);
    byte[] training = joined(sample.training());
    assertTrue(training.length >= 3 << 20 && training.length <= 5 << 20, training.length + " bytes");
    assertTrue(joined(sample.heldOut()).length <= 320 << 10);
    TreeSet<Integer> tenths = new TreeSet<>();
    new String(training, StandardCharsets.UTF_8).lines()
        .filter(line -> line.matches("\\d{7} .*"))
        .forEach(line -> tenths.add(Integer.parseInt(line.substring(0, 7)) / (count / 10)));
    assertEquals(10, tenths.size());
    assertArrayEquals(training, joined(CorpusSample.read(corpus(lines(count)), null).training()));
  }
}
