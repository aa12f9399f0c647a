import de.kherud.llama.InferenceParameters;
import de.kherud.llama.LlamaModel;
import de.kherud.llama.ModelParameters;
import de.kherud.llama.args.CacheType;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;

/**
 * llama.cpp in a process of its own, because closing it hangs. Opens the model of its first argument and answers one line for each line of
 * standard input, after "> ":
 *
 * <ul>
 *   <li>{@code encode TEXT}: token ids
 *   <li>{@code greedy COUNT TEXT}: what the model continues with, that many tokens
 *   <li>{@code margin ID TEXT}: how much must be added to a token's raw score for it to be chosen next: by how much the log-probability of
 *       the likeliest token is above that token's. The library's own log-probabilities cannot be had: asking for them ends the process.
 * </ul>
 *
 * Texts are in Base64.
 */
final class LlamaCppProcess {
  private static final float LARGEST_MARGIN = 64;
  private static final float PRECISION = 1e-5f;

  public static void main(String[] arguments) throws Exception {
    LlamaModel model =
        new LlamaModel(
            new ModelParameters().setModel(arguments[0]).setThreads(1).setCtxSize(64).setCacheTypeK(CacheType.F32)
                .setCacheTypeV(CacheType.F32));
    System.out.println("> ready");
    BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      String[] words = line.split(" ", -1);
      String text = new String(Base64.getDecoder().decode(words[words.length - 1]), StandardCharsets.UTF_8);
      String answer =
          switch (words[0]) {
            case "encode" -> Arrays.toString(model.encode(text));
            case "greedy" -> Base64.getEncoder()
                .encodeToString(model.complete(request(text, Integer.parseInt(words[1]))).getBytes(StandardCharsets.UTF_8));
            case "margin" -> String.valueOf(margin(model, text, Integer.parseInt(words[1])));
            default -> throw new IllegalArgumentException(line);
          };
      System.out.println("> " + answer);
    }
    Runtime.getRuntime().halt(0);
  }

  private static InferenceParameters request(String text, int count) {
    return new InferenceParameters(text).setTemperature(0).setNPredict(count).setIgnoreEos(true).setCachePrompt(false)
        .setRepeatPenalty(1);
  }

  private static float margin(LlamaModel model, String text, int id) {
    String likeliest = model.complete(request(text, 1));
    float below = 0;
    float above = LARGEST_MARGIN;
    while (above - below > PRECISION) {
      float middle = (below + above) / 2;
      if (model.complete(request(text, 1).setTokenIdBias(Map.of(id, middle))).equals(likeliest)) {
        below = middle;
      } else {
        above = middle;
      }
    }
    return above;
  }
}
