package dev.minnow.kernel;

import java.util.concurrent.atomic.AtomicInteger;

/** Workspaces without a pool. */
final class Workspaces {
  private Workspaces() {}

  /** That of a thread which multiplies no bfloat16. */
  static Workspace alone() {
    return new Workspace(null, new AtomicInteger());
  }
}
