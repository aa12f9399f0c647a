package dev.minnow.cli;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A project folder with a copy of the launcher, a finished build, pretended JDKs, and a PATH that holds nothing but basic tools. */
final class LauncherFolder {
  private static final Path SCRIPTS = Path.of("scripts");
  private static final List<String> TOOLS =
      List.of("basename", "dirname", "find", "head", "mkdir", "mv", "pwd", "readlink", "rm", "sh", "sleep", "tail", "touch");

  /** JDKs of the machine that runs the tests must not be found, so that versions are moved up by this. */
  private static final int BEYOND_REAL_VERSIONS = 900;

  private final Path root;
  private final Path project;
  private final Path path;

  LauncherFolder(Path root) throws IOException {
    this.root = Files.createDirectories(root).toRealPath();
    this.project = this.root.resolve("project folder");
    this.path = Files.createDirectories(this.root.resolve("path"));
    for (String tool : TOOLS) {
      Path real = Files.exists(Path.of("/bin", tool)) ? Path.of("/bin", tool) : Path.of("/usr/bin", tool);
      writeProgram(path.resolve(tool), "#!/bin/sh\nexec %s \"$@\"\n".formatted(real));
    }
    Path scripts = Files.createDirectories(project.resolve("scripts"));
    String text = Files.readString(SCRIPTS.resolve("minnow"));
    String moved = text.replace("\nneeded=25\n", "\nneeded=" + (25 + BEYOND_REAL_VERSIONS) + "\n");
    assertTrue(!moved.equals(text), "scripts/minnow no longer states the version it needs as needed=25");
    writeProgram(scripts.resolve("minnow"), moved);
    Files.writeString(
        scripts.resolve("jvm.options"), "# A comment.\n--add-modules=jdk.incubator.vector\n\n--enable-native-access=ALL-UNNAMED");
    Files.createDirectories(project.resolve("src/main/java"));
    Files.writeString(project.resolve("src/main/java/A.java"), "");
    Files.writeString(project.resolve("pom.xml"), "");
    Files.createDirectories(built().resolve("lib"));
    Files.writeString(built().resolve("lib/picocli-1.jar"), "");
    Files.writeString(built().resolve("lib/stale-0.jar"), "");
    Files.writeString(built().resolve("libraries"), "picocli-1.jar\n");
    Files.writeString(built().resolve("minnow.jar"), "");
    Files.setLastModifiedTime(built().resolve("minnow.jar"), FileTime.from(Instant.now().plusSeconds(1)));
  }

  Path project() {
    return project;
  }

  Path launcher() {
    return project.resolve("scripts/minnow");
  }

  Path built() {
    return project.resolve("target/launcher");
  }

  /** The one folder of the PATH. */
  Path path() {
    return path;
  }

  static Path writeProgram(Path file, String script) throws IOException {
    Files.writeString(file, script);
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  /** A folder that looks like a JDK of this version; its {@code java} prints where it is and the words it was given. */
  Path addJdk(String name, String version) throws IOException {
    Path jdk = root.resolve(name);
    Files.createDirectories(jdk.resolve("bin"));
    writeProgram(jdk.resolve("bin/java"), "#!/bin/sh\nprintf '%s\\000' \"$0\" \"$@\"\n");
    writeProgram(jdk.resolve("bin/javac"), "#!/bin/sh\n");
    Files.writeString(jdk.resolve("release"), "IMPLEMENTOR=\"Someone\"\nJAVA_VERSION=\"" + moveUp(version) + "\"\nOS_NAME=\"Linux\"\n");
    return jdk;
  }

  private static String moveUp(String version) {
    String digits = version.replaceFirst("[^0-9].*", "");
    boolean modern = !digits.isEmpty() && !digits.equals("1");
    return modern ? Integer.parseInt(digits) + BEYOND_REAL_VERSIONS + version.substring(digits.length()) : version;
  }

  /** Runs the launcher to its end. */
  Run run(@Nullable Path javaHome, String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(launcher().toString()));
    command.addAll(Arrays.asList(arguments));
    return start(command, javaHome, root).finish();
  }

  Started start(List<String> command, @Nullable Path javaHome, Path workingFolder) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command).directory(workingFolder.toFile());
    builder.environment().clear();
    builder.environment().put("PATH", path.toString());
    builder.environment().put("HOME", root.resolve("home").toString());
    // Java spells a process's arguments in the encoding of its own locale.
    builder.environment().put("LC_ALL", "C.UTF-8");
    if (javaHome != null) {
      builder.environment().put("JAVA_HOME", javaHome.toString());
    }
    Path err = Files.createTempFile(root, "stderr", ".txt");
    return new Started(builder.redirectError(err.toFile()).start(), err);
  }

  record Started(Process process, Path err) {
    Run finish() throws IOException, InterruptedException {
      process.getOutputStream().close();
      String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return new Run(process.waitFor(), out, Files.readString(err));
    }
  }

  /** What a finished launcher left; the pretended {@code java} ends each word with a zero byte. */
  record Run(int exitCode, String out, String err) {
    String javaHome() {
      return out.substring(0, Math.max(0, out.indexOf("/bin/java\0")));
    }

    /** The words after {@code java} itself. */
    List<String> words() {
      List<String> words = List.of(out.split("\0", -1));
      return words.subList(1, words.size() - 1);
    }
  }
}
