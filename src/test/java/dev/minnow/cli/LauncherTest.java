package dev.minnow.cli;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.minnow.cli.LauncherFolder.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code scripts/minnow} with pretended JDKs, in folders whose names need quoting. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "scripts/minnow is for sh; Windows has minnow.cmd")
class LauncherTest {
  /** Words that a careless script would split, expand or drop. */
  private static final List<String> AWKWARD =
      List.of("generate", "two words", "it's", "", "*", "$HOME", "`date`", "back\\slash", "\"", "line\nbreak\n", "-n", "é");

  @TempDir
  private Path temporary;
  private LauncherFolder folder;

  @BeforeEach
  void layOut() throws IOException {
    folder = new LauncherFolder(temporary.resolve("it's a folder"));
  }

  @Test
  void runsJavaWithTheFlagsTheClassPathAndTheUsersWords() throws Exception {
    Path jdk = folder.addJdk("jdk new", "25.0.3");
    Run run = folder.run(jdk, AWKWARD.toArray(String[]::new));
    assertEquals("", run.err());
    assertEquals(
        List.of(
            "--add-modules=jdk.incubator.vector",
            "--enable-native-access=ALL-UNNAMED",
            "-Dminnow.launcher=" + folder.launcher(),
            "-cp",
            folder.built().resolve("minnow.jar") + ":" + folder.built().resolve("lib/picocli-1.jar"),
            "dev.minnow.cli.Minnow"),
        run.words().subList(0, 6));
    assertEquals(AWKWARD, run.words().subList(6, run.words().size()));
  }

  @Test
  void theShownCommandRunsTheSame() throws Exception {
    Path jdk = folder.addJdk("jdk's", "25");
    Run direct = folder.run(jdk, AWKWARD.toArray(String[]::new));
    String[] asked = new String[AWKWARD.size() + 1];
    asked[0] = "--show-command";
    for (int i = 0; i < AWKWARD.size(); i++) {
      asked[i + 1] = AWKWARD.get(i);
    }
    Run shown = folder.run(jdk, asked);
    Run evaluated = folder.start(List.of("/bin/sh", "-c", shown.out()), null, temporary).finish();
    assertEquals(direct.words(), evaluated.words());
    assertTrue(shown.out().contains(" -cp "), shown.out());
    assertFalse(shown.out().contains("--show-command"), shown.out());
  }

  @Test
  void javaTakesTheLaunchersPlaceInTheSameFolderAndReturnsItsExitCode() throws Exception {
    Path jdk = folder.addJdk("jdk", "25");
    Files.writeString(jdk.resolve("bin/java"), "#!/bin/sh\necho $$\npwd\nexit 37\n");
    Path elsewhere = Files.createDirectory(temporary.resolve("else where"));
    LauncherFolder.Started started = folder.start(List.of(folder.launcher().toString(), "repl"), jdk, elsewhere);
    Run run = started.finish();
    assertEquals(List.of(String.valueOf(started.process().pid()), elsewhere.toRealPath().toString()), run.out().lines().toList());
    assertEquals(37, run.exitCode());
  }

  @ParameterizedTest
  @CsvSource({"UTF-8,de_DE.UTF-8", "ANSI_X3.4-1968,C.UTF-8", ",C.UTF-8"})
  void javaGetsALocaleThatKnowsEveryCharacter(String charmap, String expected) throws Exception {
    Path jdk = folder.addJdk("jdk", "25");
    Files.writeString(jdk.resolve("bin/java"), "#!/bin/sh\nprintf %s \"$LC_ALL\"\n");
    if (charmap != null) {
      LauncherFolder.writeProgram(folder.path().resolve("locale"), "#!/bin/sh\necho " + charmap + "\n");
    }
    List<String> command = List.of("/bin/sh", "-c", "LC_ALL=de_DE.UTF-8 exec \"$0\" repl", folder.launcher().toString());
    assertEquals(expected, folder.start(command, jdk, temporary).finish().out());
  }

  @Test
  void aClosedStandardInputIsAnEmptyOne() throws Exception {
    Path jdk = folder.addJdk("jdk", "25");
    Files.writeString(jdk.resolve("bin/java"), "#!/bin/sh\n(: 3<&0) && { read -r line || printf 'end of input'; }\n");
    List<String> command = List.of("/bin/sh", "-c", "exec \"$0\" repl <&-", folder.launcher().toString());
    Run run = folder.start(command, jdk, temporary).finish();
    assertEquals("", run.err());
    assertEquals("end of input", run.out());
  }

  @Test
  void worksThroughAChainOfSymbolicLinks() throws Exception {
    Path jdk = folder.addJdk("jdk", "25");
    Path bin = Files.createDirectory(temporary.resolve("bin"));
    Path absolute = Files.createSymbolicLink(bin.resolve("absolute"), folder.launcher());
    Path relative = Files.createSymbolicLink(bin.resolve("relative"), Path.of("../bin/" + absolute.getFileName()));
    Run run = folder.start(List.of(relative.toString(), "doctor"), jdk, temporary).finish();
    assertEquals(calledBy(relative, folder.run(jdk, "doctor")), run.words());
    Run onPath = folder.start(List.of("/bin/sh", "-c", "cd bin && ./relative doctor"), jdk, temporary).finish();
    assertEquals(calledBy(Path.of("./relative"), run), onPath.words());
  }

  /** The words of a run, as if it had been called by another name. */
  private static List<String> calledBy(Path name, Run run) {
    return run.words().stream().map(word -> word.replaceFirst("^(-Dminnow\\.launcher=).*", "$1" + name)).toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"25", "25.0.3", "26-ea"})
  void javaHomeServesWhenItIsNewEnough(String version) throws Exception {
    Path jdk = folder.addJdk("jdk", version);
    folder.addJdk("home/.jdks/other", "25");
    assertEquals(jdk.toString(), folder.run(jdk, "x").javaHome());
  }

  @Test
  void aReleaseFileMayHaveLineEndsOfWindows() throws Exception {
    Path jdk = folder.addJdk("jdk", "25");
    Files.writeString(jdk.resolve("release"), Files.readString(jdk.resolve("release")).replace("\n", "\r\n"));
    Files.writeString(jdk.resolve("release"), "MODULES=\"java.base jdk.incubator.vector\"\r\n", StandardOpenOption.APPEND);
    assertEquals(jdk.toString(), folder.run(jdk, "x").javaHome());
  }

  @ParameterizedTest
  @ValueSource(strings = {"24.0.2", "17.0.15", "1.8.0_292", "9", ""})
  void anOldJavaHomeGivesWayToTheOldestThatServesInTheUsualFolders(String version) throws Exception {
    Path old = folder.addJdk("old", version);
    folder.addJdk("home/.jdks/a", "27");
    Path wanted = folder.addJdk("home/.sdkman/candidates/java/25.0.1-tem", "25.0.1");
    folder.addJdk("home/.asdf/installs/java/z", "26");
    assertEquals(wanted.toString(), folder.run(old, "x").javaHome());
  }

  @Test
  void javaOnThePathComesBeforeTheUsualFolders() throws Exception {
    Path jdk = folder.addJdk("jdk", "26");
    folder.addJdk("home/.jdks/other", "25");
    Path alternatives = Files.createSymbolicLink(temporary.resolve("alternatives"), jdk.resolve("bin/java"));
    Files.createSymbolicLink(folder.path().resolve("java"), alternatives);
    assertEquals(jdk.toRealPath().toString(), folder.run(null, "x").javaHome());
  }

  @Test
  void aRuntimeWithoutACompilerOrWithoutTheVectorModuleIsPassedOver() throws Exception {
    Path runtime = folder.addJdk("home/.jdks/runtime", "25");
    Files.delete(runtime.resolve("bin/javac"));
    Path small = folder.addJdk("home/.jdks/small", "25");
    Files.writeString(small.resolve("release"), "MODULES=\"java.base java.compiler\"\n", StandardOpenOption.APPEND);
    Path whole = folder.addJdk("home/.jdks/whole", "26");
    Files.writeString(whole.resolve("release"), "MODULES=\"java.base jdk.incubator.vector\"\n", StandardOpenOption.APPEND);
    assertEquals(whole.toString(), folder.run(runtime, "x").javaHome());
  }

  @Test
  void withoutAJdkItSaysWhatToInstall() throws Exception {
    Run run = folder.run(folder.addJdk("old", "24"), "train", "jdk");
    assertAll(
        () -> assertEquals(1, run.exitCode()),
        () -> assertEquals("", run.out()),
        () -> assertEquals(1, run.err().lines().count(), run.err()),
        () -> assertTrue(run.err().startsWith("minnow: no JDK ") && run.err().contains("install"), run.err()));
  }

  @Test
  void aWorkingFolderThatIsGoneIsToldInOneSentence() throws Exception {
    Path jdk = folder.addJdk("jdk", "25");
    List<String> command = List.of("/bin/sh", "-c", "mkdir gone && cd gone && rm -r ../gone && exec \"$0\" doctor", folder.launcher() + "");
    Run run = folder.start(command, jdk, temporary).finish();
    assertEquals(1, run.exitCode());
    assertEquals("", run.out());
    List<String> own = run.err().lines().filter(line -> line.startsWith("minnow: ")).toList();
    assertEquals(List.of("minnow: the working folder is gone or may not be read; change to another one with cd."), own, run.err());
  }

  @Test
  void aFolderThatNoClassPathCanNameIsRefused() throws Exception {
    Path moved = Files.move(folder.project(), folder.project().resolveSibling("a:b"));
    Run run = folder.start(List.of(moved.resolve("scripts/minnow").toString(), "help"), null, temporary).finish();
    assertEquals(1, run.exitCode());
    String sentence = "minnow: a class path cannot name files in " + moved + ", whose path has a colon; move the folder.\n";
    assertEquals(sentence, run.err());
  }
}
