package dev.minnow.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

class MinnowTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  /** A command that fails as told, to see how failures leave the program. */
  @Command(name = "probe")
  private static final class Probe implements Callable<Integer> {
    @Option(names = {"-k", "--top-k"}, defaultValue = "3") private int topK;

    @Option(names = "--problem") private String problem;

    private Exception thrown;

    @Override
    public Integer call() throws Exception {
      if (thrown != null) {
        throw thrown;
      }
      return topK;
    }
  }

  private int run(CommandLine commandLine, String... arguments) {
    return commandLine.setOut(new PrintWriter(out)).setErr(new PrintWriter(err)).execute(arguments);
  }

  private int runProbe(Probe probe, String... arguments) {
    return run(Minnow.commandLine().addSubcommand(probe), arguments);
  }

  @Test
  void helpGoesToStandardOutputAndSucceeds() {
    assertEquals(0, run(Minnow.commandLine(), "--help"));
    assertTrue(out.toString().startsWith("Usage: minnow"), out.toString());
    assertEquals("", err.toString());
  }

  @Test
  void versionNamesTheRunningJava() {
    assertEquals(0, run(Minnow.commandLine(), "--version"));
    assertTrue(out.toString().contains("Java " + Runtime.version()), out.toString());
  }

  @Test
  void noCommandIsWrongUsage() {
    assertEquals(2, run(Minnow.commandLine()));
    assertTrue(err.toString().startsWith("minnow: A command is missing."), err.toString());
    assertEquals("", out.toString());
  }

  @Test
  void aBadOptionValueIsWrongUsageAndPointsToTheCommandsHelp() {
    assertEquals(2, runProbe(new Probe(), "probe", "--top-k", "many"));
    assertTrue(err.toString().contains("--top-k"), err.toString());
    assertTrue(err.toString().contains("Try 'minnow probe --help'."), err.toString());
  }

  @Test
  void aFailureIsOneSentence() {
    Probe probe = new Probe();
    probe.thrown = new IllegalStateException("The disk of /data is full; free some space.");
    assertEquals(1, runProbe(probe, "probe"));
    assertEquals("minnow: The disk of /data is full; free some space.\n", err.toString().replace("\r\n", "\n"));
  }

  @Test
  void verboseAddsTheStackTraceWhereverItStands() {
    Probe probe = new Probe();
    probe.thrown = new IllegalStateException("No.");
    for (String[] arguments : new String[][] {{"--verbose", "probe"}, {"probe", "--verbose"}}) {
      err.getBuffer().setLength(0);
      assertEquals(1, runProbe(probe, arguments));
      assertTrue(err.toString().contains("at " + MinnowTest.class.getName()), err.toString());
    }
  }

  @Test
  void aFailureWithoutAMessageNamesItsClass() {
    Probe probe = new Probe();
    probe.thrown = new NullPointerException();
    assertEquals(1, runProbe(probe, "probe"));
    assertTrue(err.toString().startsWith("minnow: java.lang.NullPointerException"), err.toString());
    assertFalse(err.toString().contains("\tat "), err.toString());
  }

  @Test
  void theEnvironmentSpeaksWhereTheCommandLineIsSilent() {
    EnvironmentDefaults defaults = new EnvironmentDefaults(Map.of("MINNOW_TOP_K", "7"));
    assertEquals(7, run(new CommandLine(new Probe()).setDefaultValueProvider(defaults)));
    assertEquals(5, run(new CommandLine(new Probe()).setDefaultValueProvider(defaults), "-k", "5"));
    assertEquals(3, run(new CommandLine(new Probe()).setDefaultValueProvider(new EnvironmentDefaults(Map.of()))));
    Probe probe = new Probe();
    assertEquals(7, run(new CommandLine(probe).setDefaultValueProvider(defaults), "--problem", "x"));
    assertEquals("x", probe.problem);
    assertNull(new Probe().problem);
  }
}
