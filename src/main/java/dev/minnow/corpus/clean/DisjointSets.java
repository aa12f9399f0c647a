package dev.minnow.corpus.clean;

/** Sets of documents that are joined until they are groups (union-find); a set is known by its smallest document. */
final class DisjointSets {
  private final int[] parents;

  DisjointSets(int documents) {
    parents = new int[documents];
    for (int i = 0; i < documents; i++) {
      parents[i] = i;
    }
  }

  /** The smallest document of the set. */
  int find(int document) {
    int at = document;
    while (parents[at] != at) {
      parents[at] = parents[parents[at]];
      at = parents[at];
    }
    return at;
  }

  /** Makes one set of two. */
  void join(int document, int other) {
    int a = find(document);
    int b = find(other);
    parents[Math.max(a, b)] = Math.min(a, b);
  }
}
