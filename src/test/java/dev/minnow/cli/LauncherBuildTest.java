package dev.minnow.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.minnow.cli.LauncherFolder.Run;
import dev.minnow.cli.LauncherFolder.Started;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When and how {@code scripts/minnow} builds, with a pretended Maven. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "scripts/minnow is for sh; Windows has minnow.cmd")
class LauncherBuildTest {
  /** Leaves what a build leaves, in the folder that it was told. */
  private static final String MAVEN = """
      #!/bin/sh
      for word; do
        case $word in -Dminnow.target=*) target=${word#*=} ;; esac
      done
      sleep 0.2
      mkdir -p "$target/lib"
      echo new >"$target/minnow.jar"
      echo new >"$target/lib/picocli-2.jar"
      echo "$JAVA_HOME" >>"$HOME/built"
      """;

  @TempDir
  private Path temporary;
  private LauncherFolder folder;
  private Path jdk;
  private Path home;

  @BeforeEach
  void layOut() throws IOException {
    folder = new LauncherFolder(temporary.resolve("it's a folder"));
    jdk = folder.addJdk("jdk", "25");
    home = Files.createDirectories(jdk.resolveSibling("home"));
  }

  private List<String> builds() throws IOException {
    Path record = home.resolve("built");
    return Files.exists(record) ? Files.readAllLines(record) : List.of();
  }

  /** Makes the finished build older than everything else. */
  private void outdate() throws IOException {
    Files.setLastModifiedTime(folder.built().resolve("minnow.jar"), FileTime.from(Instant.EPOCH));
  }

  private List<String> leftInTarget() throws IOException {
    try (Stream<Path> files = Files.list(folder.built())) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void buildsWhenASourceIsNewerAndNotAgainAfterwards() throws Exception {
    LauncherFolder.writeProgram(folder.path().resolve("mvn"), MAVEN);
    outdate();
    Run first = folder.run(jdk, "x");
    assertEquals("minnow: building " + folder.project() + "\n", first.err());
    assertEquals(folder.built().resolve("minnow.jar") + ":" + folder.built().resolve("lib/picocli-2.jar"), first.words().get(4));
    assertEquals("new\n", Files.readString(folder.built().resolve("minnow.jar")));
    assertEquals("", folder.run(jdk, "x").err());
    assertEquals(List.of(jdk.toString()), builds());
    assertEquals(List.of("lib", "libraries", "minnow.jar"), leftInTarget());
  }

  @ParameterizedTest
  @ValueSource(strings = {"2>&-", "2>/dev/full"})
  void buildsAlsoWhereNobodyListensToErrors(String redirection) throws Exception {
    assumeTrue(!redirection.endsWith("full") || Files.exists(Path.of("/dev/full")), "there is no /dev/full here");
    LauncherFolder.writeProgram(folder.path().resolve("mvn"), MAVEN);
    outdate();
    List<String> command = List.of("/bin/sh", "-c", "exec \"$0\" x " + redirection, folder.launcher().toString());
    Run run = folder.start(command, jdk, temporary).finish();
    assertEquals(0, run.exitCode());
    assertEquals("x", run.words().getLast());
    assertEquals(List.of(jdk.toString()), builds());
  }

  @Test
  void buildsWhenASourceWasDeleted() throws Exception {
    LauncherFolder.writeProgram(folder.path().resolve("mvn"), MAVEN);
    outdate();
    folder.run(jdk, "x");
    Files.delete(folder.project().resolve("src/main/java/A.java"));
    folder.run(jdk, "x");
    assertEquals(2, builds().size());
  }

  @Test
  void buildsWhenThePomChanged() throws Exception {
    LauncherFolder.writeProgram(folder.path().resolve("mvn"), MAVEN);
    Files.setLastModifiedTime(folder.project().resolve("pom.xml"), FileTime.from(Instant.now().plusSeconds(60)));
    folder.run(jdk, "x");
    assertEquals(1, builds().size());
  }

  @Test
  void aSourceThatChangesDuringTheBuildIsBuiltNextTime() throws Exception {
    LauncherFolder.writeProgram(folder.path().resolve("mvn"),
        MAVEN.replace("mkdir", "touch '%s'/src/main/java/A.java\nmkdir".formatted(quoted())));
    outdate();
    folder.run(jdk, "x");
    folder.run(jdk, "x");
    assertEquals(2, builds().size());
  }

  private String quoted() {
    return folder.project().toString().replace("'", "'\\''");
  }

  @Test
  void launchersThatBuildAtTheSameTimeAllRun() throws Exception {
    LauncherFolder.writeProgram(folder.path().resolve("mvn"), MAVEN);
    Files.delete(folder.built().resolve("minnow.jar"));
    List<Started> launchers = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      launchers.add(folder.start(List.of(folder.launcher().toString(), "x"), jdk, temporary));
    }
    for (Started launcher : launchers) {
      Run run = launcher.finish();
      assertEquals(0, run.exitCode(), run.err());
      assertEquals("x", run.words().getLast());
    }
    assertEquals(List.of("lib", "libraries", "minnow.jar"), leftInTarget());
  }

  @Test
  void withoutMavenItSaysSo() throws Exception {
    outdate();
    Run run = folder.run(jdk, "x");
    assertEquals(1, run.exitCode());
    assertEquals("", run.out());
    assertTrue(run.err().contains("mvn") && run.err().contains("install Maven"), run.err());
  }

  @Test
  void aFailedBuildShowsTheEndOfItsLogAndKeepsWhatWasBuilt() throws Exception {
    LauncherFolder.writeProgram(
        folder.path().resolve("mvn"), "#!/bin/sh\ni=0\nwhile [ $i -lt 99 ]; do i=$((i + 1)); echo \"line <$i>\"; done\nexit 1\n");
    outdate();
    Run run = folder.run(jdk, "x");
    assertEquals(1, run.exitCode());
    assertEquals("", run.out());
    assertTrue(run.err().contains("line <99>"), run.err());
    assertFalse(run.err().contains("line <9>"), run.err());
    assertTrue(run.err().endsWith("minnow: the build failed; the end of its log is above.\n"), run.err());
    assertEquals(List.of("lib", "libraries", "minnow.jar"), leftInTarget());
  }

  @Test
  void aBuildFillsACacheOfClassesForItsJdkAlone() throws Exception {
    LauncherFolder.writeProgram(folder.path().resolve("mvn"), MAVEN);
    LauncherFolder.writeProgram(jdk.resolve("bin/java"), """
        #!/bin/sh
        case $1 in -XX:AOTCacheOutput=*) echo classes >"${1#*=}" ;; esac
        printf '%s\\000' "$0" "$@"
        """);
    outdate();
    String flag = "-XX:AOTCache=" + folder.built().resolve("classes.aot");
    Run first = folder.run(jdk, "x");
    assertEquals("", first.err().replaceFirst("minnow: building .*\n", ""));
    assertTrue(first.words().contains(flag), first.words().toString());
    assertTrue(folder.run(jdk, "x").words().contains(flag));
    assertEquals(List.of("classes.aot", "classes.jdk", "lib", "libraries", "minnow.jar"), leftInTarget());
    Path other = folder.addJdk("other", "25");
    assertFalse(folder.run(other, "x").words().contains(flag));
  }
}
