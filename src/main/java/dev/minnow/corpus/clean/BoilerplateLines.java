package dev.minnow.corpus.clean;

/** The lines that too many documents share; immutable. */
public final class BoilerplateLines {
  /** No line is boilerplate. */
  public static BoilerplateLines none() {
    return new BoilerplateLines();
  }
}
