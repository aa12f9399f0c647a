package example;

import dev.minnow.GenerationOptions;
import dev.minnow.LanguageModel;
import java.nio.file.Path;

/** Continues a prompt with a model and shows the text as it comes: {@code Continue FOLDER PROMPT}. */
public final class Continue {
  private Continue() {}

  public static void main(String[] arguments) {
    try (LanguageModel model = LanguageModel.open(Path.of(arguments[0]))) {
      System.out.print(arguments[1]);
      model.generate(arguments[1], GenerationOptions.defaults().withTemperature(0.8f), System.out::print);
      System.out.println();
    }
  }
}
