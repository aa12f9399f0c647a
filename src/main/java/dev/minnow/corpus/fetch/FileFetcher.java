package dev.minnow.corpus.fetch;

import dev.minnow.corpus.fetch.FetchFailure.Remedy;
import dev.minnow.tokenizer.FileProblem;
import dev.minnow.tokenizer.WorkListener;
import java.io.IOException;
import java.net.URI;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Has files at hand: those that are there and right as they are, others by download. */
public final class FileFetcher {
  private final WorkListener listener;
  private final FetchLimits limits;

  public FileFetcher(WorkListener listener) {
    this(listener, FetchLimits.USUAL);
  }

  FileFetcher(WorkListener listener, FetchLimits limits) {
    this.listener = listener;
    this.limits = limits;
  }

  /** Whether a folder has the file, going by its size alone. */
  public static boolean isThere(RemoteFile file, Path folder) {
    return new LocalFile(file, folder).isThere();
  }

  /**
   * The path of the file, which is whole and right.
   *
   * @param folder where it is or comes
   * @param title what the user calls it
   * @param licence of what is inside, told before anything is fetched
   * @throws FetchException if it cannot be had, or another file is in its place
   */
  public Path fetch(RemoteFile file, Path folder, String title, String licence) {
    LocalFile local = new LocalFile(file, folder);
    try {
      if (isWhole(local, file, title)) {
        return local.path();
      }
      Files.createDirectories(folder);
      try (FetchLock _ = FetchLock.acquire(local.path(), () -> listener.noticed(title + " is being fetched by another run; waiting."))) {
        if (!isWhole(local, file, title)) {
          listener.noticed(announcement(file, title, licence));
          download(file, local, title);
        }
      }
      return local.path();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new FetchException("Fetching " + title + " was interrupted; run again to go on.", e);
    } catch (IOException e) {
      throw unwritable(folder, e);
    }
  }

  private boolean isWhole(LocalFile local, RemoteFile file, String title) throws IOException {
    return local.isWhole(done -> listener.working("checking " + title, done, file.bytes()));
  }

  private static String announcement(RemoteFile file, String title, String licence) {
    return String.format(
        Locale.ROOT, "Fetching %s, %.1f MB, from %s; licence: %s.", title, file.bytes() / 1e6, RemoteFile.host(file.addresses().getFirst()),
        licence);
  }

  private void download(RemoteFile file, LocalFile local, String title) throws IOException, InterruptedException {
    List<String> failures = new ArrayList<>();
    boolean connected = false;
    try (HttpSource source = new HttpSource(limits); PartialFile part = new PartialFile(local.path())) {
      for (URI address : file.addresses()) {
        try {
          Download download =
              new Download(
                  file, address, part, source, limits, done -> listener.working("fetching " + title, done, Math.max(done, file.bytes())));
          bring(download, part, local, file, title);
          return;
        } catch (FetchFailure e) {
          connected |= e.remedy() != Remedy.CONNECTION;
          failures.add(RemoteFile.host(address) + " " + e.getMessage());
        }
      }
    }
    throw new FetchException(
        (connected ? title + " could not be fetched: " : "There is no connection to fetch " + title + ": ")
            + String.join(", and ", failures)
            + "; download "
            + file.addresses().getFirst()
            + " by other means and put it at "
            + local.path()
            + ", or run again later to go on.");
  }

  /** Downloads, verifies and names the file. What was put together from several answers and is wrong is fetched anew. */
  private void bring(Download download, PartialFile part, LocalFile local, RemoteFile file, String title)
      throws FetchFailure, IOException, InterruptedException {
    while (true) {
      download.run();
      String wrong = difference(local, part, file, title);
      if (wrong == null) {
        part.become(local.path());
        return;
      }
      part.restart(null);
      if (!download.isPieced()) {
        throw new FetchFailure(Remedy.OTHER_ADDRESS, "sent a file that " + wrong, null);
      }
    }
  }

  private @Nullable String difference(LocalFile local, PartialFile part, RemoteFile file, String title) throws IOException {
    return local.difference(part.path(), done -> listener.working("checking " + title, done, Math.max(done, file.bytes())));
  }

  private static FetchException unwritable(Path folder, IOException e) {
    String reason =
        switch (e) {
          case AccessDeniedException _ -> "may not be written";
          case FileSystemException f when f.getReason() == null -> "cannot be used";
          default -> "cannot be written: " + FileProblem.of(e);
        };
    return new FetchException(folder + " " + reason + "; make room there or set MINNOW_CORPORA to another folder.", e);
  }
}
