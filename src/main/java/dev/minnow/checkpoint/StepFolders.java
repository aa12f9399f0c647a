package dev.minnow.checkpoint;

import dev.minnow.corpus.RunFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Locale;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The folder {@code steps/} of a run. A folder whose name is a number, or {@code best}, is a whole save. It takes two renames to replace a
 * folder, so the one before is called {@code NAME.old} in between and counts as long as there is no {@code NAME}. A save that takes the
 * place of all others is called {@code NAME.new} until they are deleted, and counts alone. What ends in {@code .tmp} is unfinished or
 * being deleted and never counts.
 */
final class StepFolders {
  static final String BEST = "best";
  private static final String UNFINISHED = ".tmp";
  private static final String REPLACED = ".old";
  private static final String SOLE = ".new";
  private static final Pattern STEP = Pattern.compile("\\d{6,18}");

  private final Path folder;
  private final FileOperations files;

  StepFolders(Path folder, FileOperations files) {
    this.folder = folder;
    this.files = files;
  }

  Path folder() {
    return folder;
  }

  static String name(long step) {
    return String.format(Locale.ROOT, "%06d", step);
  }

  /** The whole saves by step. */
  NavigableMap<Long, Path> saves() throws IOException {
    NavigableMap<Long, Path> saves = new TreeMap<>();
    Optional<Path> sole = sole();
    if (sole.isPresent()) {
      saves.put(Long.parseLong(baseName(sole.get())), sole.get());
      return saves;
    }
    for (Path child : FileOperations.children(folder)) {
      String name = child.getFileName().toString();
      String base = name.endsWith(REPLACED) ? name.substring(0, name.length() - REPLACED.length()) : name;
      if (isStep(base) && Files.isDirectory(child)) {
        // In the order of names, NAME comes before NAME.old.
        saves.putIfAbsent(Long.parseLong(base), child);
      }
    }
    return saves;
  }

  /** The save that is taking the place of all others. */
  private Optional<Path> sole() throws IOException {
    return FileOperations.children(folder)
        .stream()
        .filter(child -> child.toString().endsWith(SOLE) && isOfRun(child) && isStep(baseName(child)))
        .findFirst();
  }

  /** The whole save of this name; it may not exist. */
  Path whole(String name) {
    Path whole = folder.resolve(name);
    Path replaced = folder.resolve(name + REPLACED);
    return !Files.isDirectory(whole) && Files.isDirectory(replaced) ? replaced : whole;
  }

  /** Creates an empty unfinished folder of this name. */
  Path begin(String name) throws IOException {
    files.createFolder(folder);
    Path unfinished = folder.resolve(name + UNFINISHED);
    files.deleteTree(unfinished);
    files.createFolder(unfinished);
    return unfinished;
  }

  /** Makes the unfinished folder of this name a whole one, in place of an earlier one of the same name. */
  void publish(String name) throws IOException {
    Path whole = folder.resolve(name);
    Path replaced = folder.resolve(name + REPLACED);
    Path unfinished = folder.resolve(name + UNFINISHED);
    files.syncFolder(unfinished);
    if (exists(whole)) {
      discard(replaced);
      files.rename(whole, replaced);
    }
    files.rename(unfinished, whole);
    files.syncFolder(folder);
    discard(replaced);
  }

  /** Makes the unfinished folder of this name a whole one, in place of all others: all of them count until it does, and it alone then. */
  void publishAlone(String name) throws IOException {
    Path unfinished = folder.resolve(name + UNFINISHED);
    files.syncFolder(unfinished);
    files.rename(unfinished, folder.resolve(name + SOLE));
    files.syncFolder(folder);
  }

  /** Whether a save counts alone, and those whose place it takes may be there. */
  boolean isReplacing() throws IOException {
    return sole().isPresent();
  }

  /** Deletes the saves whose place the one takes that counts alone. */
  void finishReplacement() throws IOException {
    Path sole = sole().orElseThrow();
    for (Path child : FileOperations.children(folder)) {
      if (isOfRun(child) && !child.equals(sole)) {
        files.deleteTree(child);
      }
    }
    files.rename(sole, folder.resolve(baseName(sole)));
    files.syncFolder(folder);
  }

  /** Deletes a save; it stops counting before its first file goes. */
  void discard(Path save) throws IOException {
    Path unfinished = save.resolveSibling(save.getFileName() + UNFINISHED);
    files.deleteTree(unfinished);
    if (exists(save)) {
      files.rename(save, unfinished);
      files.deleteTree(unfinished);
    }
  }

  /** Whether there is a whole save, the best one included. */
  boolean hasSave() throws IOException {
    return Files.isDirectory(whole(BEST)) || !saves().isEmpty();
  }

  /** The step of the best save, if there is one. */
  OptionalLong bestStep() {
    Path best = whole(BEST);
    return Files.exists(best.resolve(RunFiles.STATE)) ? OptionalLong.of(SavedRun.readState(best).wholeNumber("step"))
        : OptionalLong.empty();
  }

  /** Whether the folder is there, with nothing but what a killed save or removal left. */
  boolean hasOnlyUnfinished() throws IOException {
    return Files.isDirectory(folder)
        && FileOperations.children(folder).stream().allMatch(child -> isOfRun(child) && child.toString().endsWith(UNFINISHED));
  }

  /** Whether a folder has a name that this class gives. */
  private static boolean isOfRun(Path child) {
    String base = baseName(child);
    return (base.equals(BEST) || isStep(base)) && Files.isDirectory(child, LinkOption.NOFOLLOW_LINKS);
  }

  private static String baseName(Path child) {
    return child.getFileName().toString().replaceFirst("(\\.old|\\.new)?(\\.tmp)?$", "");
  }

  private static boolean isStep(String name) {
    return STEP.matcher(name).matches() && name(Long.parseLong(name)).equals(name);
  }

  /** Clears what an interrupted save left that replaced no others. */
  void tidy() throws IOException {
    for (Path child : FileOperations.children(folder)) {
      String name = child.getFileName().toString();
      if (!isOfRun(child)) {
        continue;
      }
      if (name.endsWith(UNFINISHED)) {
        files.deleteTree(child);
      } else if (name.endsWith(REPLACED)) {
        Path whole = folder.resolve(name.substring(0, name.length() - REPLACED.length()));
        if (exists(whole)) {
          discard(child);
        } else {
          files.rename(child, whole);
        }
      }
    }
  }

  private static boolean exists(Path path) {
    return Files.exists(path, LinkOption.NOFOLLOW_LINKS);
  }
}
