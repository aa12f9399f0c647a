package dev.minnow.generate;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class TokenScoresTest {
  @Test
  void theMostLikelyAreThoseOfTheScoresTakenLastAndOfEqualOnesTheLowestIds() {
    TokenScores scores = new TokenScores(6);
    scores.take(new float[] {9, 9, 9, 9, 9, 9});
    assertEquals(-Math.log(6), scores.logProbability(5), 1e-6);
    scores.take(new float[] {1, 2, 0, 2, 2, 7});
    assertEquals(List.of(1, 3, 4, 0), ids(scores.mostLikely(4, 5)));
    assertEquals(List.of(5, 1), ids(scores.mostLikely(2, 6)));
    assertEquals(List.of(5, 1, 3, 4, 0, 2), ids(scores.mostLikely(1000, 6)));
  }

  private static List<Integer> ids(List<GeneratedToken.Alternative> alternatives) {
    return alternatives.stream().map(GeneratedToken.Alternative::id).toList();
  }
}
