package dev.minnow.langchain4j;

import dev.langchain4j.exception.UnsupportedFeatureException;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.request.ResponseFormatType;
import dev.langchain4j.model.chat.request.ToolChoice;
import dev.langchain4j.model.output.FinishReason;
import dev.langchain4j.model.output.TokenUsage;
import dev.minnow.GenerationOptions;
import dev.minnow.generate.GeneratedText;
import dev.minnow.generate.StopReason;
import java.util.ArrayList;
import java.util.List;

/** LangChain4j's words for how to generate, and Minnow's. */
final class RequestOptions {
  private RequestOptions() {}

  /**
   * The options of a request.
   *
   * @param defaults what holds where the request says nothing
   * @param ends end the text as well
   * @throws UnsupportedFeatureException for what the request asks and Minnow does not do
   */
  static GenerationOptions of(ChatRequestParameters request, GenerationOptions defaults, List<String> ends) {
    refuse(request.frequencyPenalty() != null || request.presencePenalty() != null, "frequency and presence penalties");
    refuse(!request.toolSpecifications().isEmpty() || request.toolChoice() == ToolChoice.REQUIRED, "tools");
    refuse(request.modelName() != null, "names of models");
    refuse(request.responseFormat() != null && request.responseFormat().type() == ResponseFormatType.JSON, "JSON as response format");
    GenerationOptions options = defaults;
    if (request.temperature() != null) {
      options = options.withTemperature(request.temperature().floatValue());
    }
    if (request.topP() != null) {
      options = options.withTopP(request.topP().floatValue());
    }
    if (request.topK() != null) {
      options = options.withTopK(request.topK());
    }
    if (request.maxOutputTokens() != null) {
      options = options.withMaximumTokens(request.maxOutputTokens());
    }
    List<String> stops = new ArrayList<>(request.stopSequences().isEmpty() ? defaults.stops() : request.stopSequences());
    stops.addAll(ends);
    return options.withStops(stops.toArray(String[]::new));
  }

  private static void refuse(boolean asked, String what) {
    if (asked) {
      throw new UnsupportedFeatureException("Minnow's models know no " + what + "; leave them out of the request.");
    }
  }

  static TokenUsage usage(GeneratedText text) {
    return new TokenUsage(text.promptTokens(), text.tokens().size());
  }

  static FinishReason reason(StopReason stop) {
    return switch (stop) {
      case LENGTH -> FinishReason.LENGTH;
      case END_OF_TEXT, STOP_STRING -> FinishReason.STOP;
      case CANCELLED -> FinishReason.OTHER;
    };
  }
}
