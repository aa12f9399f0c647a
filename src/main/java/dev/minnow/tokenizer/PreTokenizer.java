package dev.minnow.tokenizer;

import java.util.List;

record PreTokenizer(List<Splitter> levels) {
  interface Pieces {
    void piece(int from, int to);
  }

  void forEachPiece(byte[] text, int from, int to, Pieces pieces) {
    forEachPiece(0, text, from, to, pieces);
  }

  private void forEachPiece(int level, byte[] text, int from, int to, Pieces pieces) {
    if (level == levels.size()) {
      pieces.piece(from, to);
      return;
    }
    for (int start = from; start < to;) {
      int end = levels.get(level).pieceEnd(text, start, to);
      forEachPiece(level + 1, text, start, end, pieces);
      start = end;
    }
  }
}
