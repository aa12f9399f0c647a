package dev.minnow.cli;

import dev.minnow.corpus.CorpusCatalog;
import dev.minnow.corpus.fetch.RemoteFile;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Lists the corpora of the catalogue; fetches nothing. */
@Command(name = "list", description = {
    "List the corpora that Minnow knows by name; a command that is given such a name fetches what is not here yet.",
    "Fetched text goes to the folder MINNOW_CORPORA, by default corpora in Minnow's own folder."
})
final class CorpusListCommand implements Callable<Integer> {
  private final Console console;

  @Mixin
  private JsonOption output;

  CorpusListCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    CorpusCatalog catalog = CorpusCatalog.load();
    console.print(output.json ? json(catalog) + "\n" : text(catalog));
    return ExitCode.DONE;
  }

  /** A row for each corpus, and below it what does not fit into one. */
  private static String text(CorpusCatalog catalog) {
    TextTable table = new TextTable();
    for (CorpusCatalog.Entry entry : catalog.entries()) {
      table.row(entry.name(), size(entry), catalog.isHere(entry) ? "here" : "not here");
    }
    List<String> rows = table.toString().lines().toList();
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < rows.size(); i++) {
      CorpusCatalog.Entry entry = catalog.entries().get(i);
      text.append(rows.get(i)).append('\n');
      for (String line : List.of(entry.description(), entry.contents(), "licence: " + entry.licence(), catalog.path(entry).toString())) {
        text.append("    ").append(line).append('\n');
      }
    }
    return text.toString();
  }

  /** Of what is fetched, or else of the text. */
  private static String size(CorpusCatalog.Entry entry) {
    RemoteFile file = entry.file();
    @Nullable Long bytes = file == null ? entry.bytes() : Long.valueOf(file.bytes());
    if (bytes == null) {
      return "unknown";
    }
    return bytes < 1e9 ? String.format(Locale.ROOT, "%.1f MB", bytes / 1e6) : String.format(Locale.ROOT, "%.1f GB", bytes / 1e9);
  }

  private static JsonLine json(CorpusCatalog catalog) {
    return new JsonLine().put("corpora", catalog.entries().stream().map(entry -> json(catalog, entry)).toList());
  }

  private static JsonLine json(CorpusCatalog catalog, CorpusCatalog.Entry entry) {
    RemoteFile file = entry.file();
    return new JsonLine()
        .put("name", entry.name())
        .put("description", entry.description())
        .put("contents", entry.contents())
        .put("licence", entry.licence())
        .put("bytes", entry.bytes())
        .put("here", catalog.isHere(entry))
        .put("file", catalog.path(entry).toString())
        .put("file_bytes", file == null ? null : file.bytes())
        .put("sha256", file == null ? null : file.sha256())
        .put("addresses", file == null ? List.of() : file.addresses().stream().map(URI::toString).toList());
  }
}
