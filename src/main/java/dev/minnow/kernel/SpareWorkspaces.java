package dev.minnow.kernel;

import java.util.ArrayDeque;
import java.util.function.Supplier;

/** Workspaces for callers who come while another one has the threads, kept from call to call. */
final class SpareWorkspaces {
  private final ArrayDeque<Workspace> spares = new ArrayDeque<>();
  private final Supplier<Workspace> maker;
  private final int most;

  /**
   * None yet.
   *
   * @param maker of one where there is no spare one
   * @param most that are kept
   */
  SpareWorkspaces(Supplier<Workspace> maker, int most) {
    this.maker = maker;
    this.most = most;
  }

  Workspace take() {
    synchronized (spares) {
      Workspace spare = spares.poll();
      return spare != null ? spare : maker.get();
    }
  }

  void giveBack(Workspace workspace) {
    synchronized (spares) {
      if (spares.size() < most) {
        spares.push(workspace);
      }
    }
  }
}
