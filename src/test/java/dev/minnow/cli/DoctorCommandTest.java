package dev.minnow.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.junit.jupiter.api.Test;

class DoctorCommandTest {
  @Test
  void namesTheMachineAndPassesItsTest() {
    JsonNode json = CommandRun.of("doctor", "--json").json();
    assertTrue(json.get("self_test").booleanValue(), json.toString());
    assertTrue(json.get("kernel").textValue().matches("vector|bf16|amx"), json.toString());
    assertTrue(json.get("memory_bytes").longValue() >= json.get("available_bytes").longValue(), json.toString());
    assertTrue(json.get("reason").textValue().startsWith(json.get("kernel").textValue() + ", with "), json.toString());
  }

  @Test
  void textHasALineForEachFinding() {
    CommandRun run = CommandRun.of("doctor", "--kernel", "scalar");
    assertEquals(0, run.exitCode());
    for (String word : List.of("java", "system", "processor", "kernel       scalar, as asked for", "memory", "self-test    passed")) {
      assertTrue(run.out().contains("\n" + word), run.out());
    }
  }

  @Test
  void readsLinuxDescriptionsOfProcessors() {
    Processor intel =
        Processor.of(
            List.of("processor\t: 0", "model name\t: Some CPU @ 2 GHz", "flags\t\t: fpu fma avx2 amx_tile", "", "model name\t: Other"),
            "amd64");
    assertEquals(new Processor("Some CPU @ 2 GHz", List.of("fma", "avx2", "amx_tile")), intel);
    assertEquals(new Processor("aarch64", List.of("asimd", "sve")), Processor.of(List.of("Features\t: fp asimd sve"), "aarch64"));
  }
}
