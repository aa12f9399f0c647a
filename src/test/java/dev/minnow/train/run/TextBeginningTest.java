package dev.minnow.train.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.minnow.corpus.Corpus;
import dev.minnow.corpus.CorpusException;
import dev.minnow.corpus.TokenFile;
import dev.minnow.corpus.prepare.PreparedCorpus;
import dev.minnow.corpus.prepare.Tokenization;
import dev.minnow.tokenizer.BpeTrainer;
import dev.minnow.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextBeginningTest {
  private static final String LINES = FishText.sentences(2000);

  @TempDir
  private Path temporary;

  private Tokenizer tokenizer = Tokenizer.bytes();

  @BeforeEach
  void learnTokenizer() throws IOException {
    tokenizer = new BpeTrainer(300).train(documents -> documents.accept(LINES.getBytes(StandardCharsets.UTF_8)));
  }

  private OptionalInt beginning(int documents, String text) throws IOException {
    Path folder = Files.createDirectories(temporary.resolve("texts"));
    for (int i = 0; i < documents; i++) {
      Files.writeString(folder.resolve(i + ".txt"), text);
    }
    Tokenization tokenization = new Tokenization(Corpus.open(List.of(folder.toString())), tokenizer, 0);
    try (PreparedCorpus corpus = tokenization.prepare(temporary.resolve("tokens"), 1, (done, total) -> {})) {
      assertEquals(documents, corpus.documents());
      return TextBeginning.of(corpus, tokenizer);
    }
  }

  @Test
  void oneDocumentBeginsAsItsLinesDo() throws IOException {
    assertEquals(OptionalInt.of(tokenizer.encode("\n")[0]), beginning(1, LINES));
  }

  @Test
  void aFewDocumentsDoToo() throws IOException {
    assertEquals(OptionalInt.of(tokenizer.encode("\n")[0]), beginning(99, "a fish.\nsleeps\n"));
  }

  @Test
  void manyDocumentsBeginAfterEachOther() throws IOException {
    assertEquals(OptionalInt.empty(), beginning(100, "a fish.\nsleeps\n"));
  }

  @Test
  void aTokenFileThatIsFoundDamagedIsClosed() throws IOException {
    Path text = Files.writeString(temporary.resolve("text.txt"), LINES);
    Path tokens = temporary.resolve("tokens");
    new Tokenization(Corpus.open(List.of(text.toString())), tokenizer, 0).prepare(tokens, 1, (done, total) -> {}).close();
    Path file = tokens.resolve("training.tokens");
    byte[] bytes = Files.readAllBytes(file);
    Arrays.fill(bytes, 128, bytes.length, (byte) -1);
    Files.write(file, bytes);
    try (TokenFile damaged = TokenFile.open(file)) {
      PreparedCorpus corpus = new PreparedCorpus(damaged, Optional.empty(), 1, true);
      assertThrows(CorpusException.class, () -> TrainingData.of(tokenizer, corpus, Optional.empty()));
      assertThrows(IllegalStateException.class, () -> damaged.get(0));
    }
  }

  @Test
  void withoutLinesNothingIsBetter() throws IOException {
    assertEquals(OptionalInt.empty(), beginning(1, FishText.line(2000)));
  }
}
