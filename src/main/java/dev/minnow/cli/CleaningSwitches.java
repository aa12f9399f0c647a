package dev.minnow.cli;

import dev.minnow.corpus.clean.CleaningOptions;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How texts are cleaned and which are left out. */
final class CleaningSwitches {
  private static final CleaningOptions DEFAULTS = CleaningOptions.defaults();

  @Option(names = "--no-clean", description = "Take texts as they are: HTML, odd characters, white space, boilerplate, noise and all.")
  private boolean noClean;

  @Option(names = "--keep-html", description = "Leave the markup of HTML where it is.")
  private boolean keepHtml;

  @Option(names = "--keep-boilerplate", description = "Keep lines that many documents share.")
  private boolean keepBoilerplate;

  @Option(names = "--min-characters", paramLabel = "N", description = "Leave out documents of fewer visible characters (20).")
  @Nullable
  private Integer minimumCharacters;

  @Option(names = "--min-likeness", paramLabel = "X",
      description = "Leave out documents that are less like language or source code, from 0 to 1 (0.5).")
  @Nullable
  private Double minimumLikeness;

  @Option(names = "--similarity", paramLabel = "X",
      description = "Share of common word sequences from which documents count as copies; 0 for no copies at all (0.5).")
  @Nullable
  private Double similarity;

  /** Whether an option says nothing, as of parts of the cleaning where there is none. */
  boolean isIdle(String option) {
    return noClean && (option.equals("--keep-html") || option.equals("--keep-boilerplate"));
  }

  /**
   * The options they make.
   *
   * @throws IllegalArgumentException if one is out of range or does nothing
   */
  CleaningOptions options() {
    if (noClean && (keepHtml || keepBoilerplate)) {
      throw new IllegalArgumentException(
          "--no-clean takes texts as they are; leave out " + (keepHtml ? "--keep-html." : "--keep-boilerplate."));
    }
    return new CleaningOptions(
        !noClean && !keepHtml,
        !noClean,
        minimumCharacters != null ? minimumCharacters : noClean ? 0 : DEFAULTS.minimumCharacters(),
        minimumLikeness != null ? minimumLikeness : noClean ? 0 : DEFAULTS.minimumLikeness(),
        !noClean && !keepBoilerplate,
        similarity != null ? similarity : DEFAULTS.similarity());
  }
}
