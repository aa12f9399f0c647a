package dev.minnow.kernel.pool;

import java.util.concurrent.atomic.AtomicInteger;

/** Workspaces without a pool. */
public final class Workspaces {
  private Workspaces() {}

  /** That of a thread which multiplies no bfloat16. */
  public static Workspace alone() {
    return new Workspace(null, new AtomicInteger());
  }
}
