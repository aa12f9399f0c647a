package dev.minnow.train;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.minnow.kernel.JavaProcess;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Steps and generated tokens leave nothing on the Java heap that grows with the model or the batch. */
class HeapUseTest {
  @ParameterizedTest
  @ValueSource(strings = {"step auto gpt2", "step vector gpt2", "step auto llama", "step vector llama", "optimizer adamw", "optimizer sgd",
      "optimizer muon", "token auto gpt2", "token vector gpt2", "token auto llama", "token vector llama"})
  void aLargerModelAndBatchLeaveNoMore(String what, @TempDir Path folder) throws Exception {
    assertEquals("no more", JavaProcess.run(folder, List.of("@scripts/jvm.options"), HeapUse.class, what).strip());
  }
}
