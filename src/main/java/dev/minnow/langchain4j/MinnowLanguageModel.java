package dev.minnow.langchain4j;

import dev.langchain4j.model.StreamingResponseHandler;
import dev.langchain4j.model.language.LanguageModel;
import dev.langchain4j.model.language.StreamingLanguageModel;
import dev.langchain4j.model.output.Response;
import dev.minnow.GenerationOptions;
import dev.minnow.generate.GeneratedText;
import java.util.function.Consumer;

/** A model that continues texts. For many threads at once; a streamed text comes on the thread that asked for it. */
public final class MinnowLanguageModel implements LanguageModel, StreamingLanguageModel {
  private final dev.minnow.LanguageModel model;
  private final GenerationOptions options;

  /** Speaks for a model, which stays the caller's to close. */
  public MinnowLanguageModel(dev.minnow.LanguageModel model, GenerationOptions options) {
    this.model = model;
    this.options = options;
  }

  @Override
  public Response<String> generate(String prompt) {
    return generate(prompt, piece -> {});
  }

  @Override
  public void generate(String prompt, StreamingResponseHandler<String> handler) {
    try {
      handler.onComplete(generate(prompt, handler::onNext));
    } catch (RuntimeException e) {
      handler.onError(e);
    }
  }

  private Response<String> generate(String prompt, Consumer<String> consumer) {
    GeneratedText text = model.generate(prompt, options, consumer);
    return Response.from(text.text(), RequestOptions.usage(text), RequestOptions.reason(text.stop()));
  }
}
