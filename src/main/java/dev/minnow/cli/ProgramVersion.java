package dev.minnow.cli;

import java.util.Objects;
import picocli.CommandLine.IVersionProvider;

/** What {@code --version} prints: the version that the jar's manifest states, and the Java that runs it. */
final class ProgramVersion implements IVersionProvider {
  @Override
  public String[] getVersion() {
    String version = Objects.requireNonNullElse(ProgramVersion.class.getPackage().getImplementationVersion(), "from classes");
    return new String[] {"minnow " + version + ", Java " + Runtime.version()};
  }
}
