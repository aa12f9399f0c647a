package dev.minnow.langchain4j;

import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.model.ModelProvider;
import dev.langchain4j.model.chat.Capability;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.listener.ChatModelListener;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.PartialResponse;
import dev.langchain4j.model.chat.response.PartialResponseContext;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.minnow.GenerationOptions;
import dev.minnow.LanguageModel;
import dev.minnow.generate.GeneratedText;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * A model that answers in conversations, by continuing their {@link Transcript}. For many threads at once; a streamed answer comes on the
 * thread that asked for it.
 */
public final class MinnowChatModel implements ChatModel, StreamingChatModel {
  private final LanguageModel model;
  private final GenerationOptions options;
  private final Transcript transcript;

  /**
   * Speaks for a model, which stays the caller's to close.
   *
   * @param options where a request says nothing
   */
  public MinnowChatModel(LanguageModel model, GenerationOptions options, Transcript transcript) {
    this.model = model;
    this.options = options;
    this.transcript = transcript;
  }

  /** Speaks for a model with the default options and the usual transcript. */
  public MinnowChatModel(LanguageModel model) {
    this(model, GenerationOptions.defaults(), Transcript.usual());
  }

  /** Answers; what a request asks and Minnow does not do, such as tools, is an exception of LangChain4j that says so. */
  @Override
  public ChatResponse doChat(ChatRequest request) {
    return answer(request, piece -> true);
  }

  /**
   * Answers piece by piece; a handler that cancels hears no more, not even of an end. What a handler throws is an error that it hears of.
   */
  @Override
  public void doChat(ChatRequest request, StreamingChatResponseHandler handler) {
    Cancellation cancellation = new Cancellation();
    PartialResponseContext context = new PartialResponseContext(cancellation);
    try {
      ChatResponse response =
          answer(
              request,
              piece -> {
                if (!cancellation.isCancelled()) {
                  handler.onPartialResponse(new PartialResponse(piece), context);
                }
                return !cancellation.isCancelled();
              });
      if (!cancellation.isCancelled()) {
        handler.onCompleteResponse(response);
      }
    } catch (RuntimeException e) {
      if (!cancellation.isCancelled()) {
        handler.onError(e);
      }
    }
  }

  /** @param consumer answers whether to go on */
  private ChatResponse answer(ChatRequest request, Predicate<String> consumer) {
    String prompt = transcript.prompt(request.messages());
    GenerationOptions asked = RequestOptions.of(request.parameters(), options, transcript.stops(request.messages()));
    GeneratedText text = model.generateWhile(prompt, asked, new LeadingSpace(consumer));
    return ChatResponse.builder()
        .aiMessage(AiMessage.from(text.text().stripLeading()))
        .tokenUsage(RequestOptions.usage(text))
        .finishReason(RequestOptions.reason(text.stop()))
        .build();
  }

  /** Drops the white space before an answer, which follows the speaker's name. */
  private static final class LeadingSpace implements Predicate<String> {
    private final Predicate<String> consumer;
    private boolean begun;

    LeadingSpace(Predicate<String> consumer) {
      this.consumer = consumer;
    }

    @Override
    public boolean test(String piece) {
      String shown = begun ? piece : piece.stripLeading();
      if (shown.isEmpty()) {
        return true;
      }
      begun = true;
      return consumer.test(shown);
    }
  }

  @Override
  public ChatRequestParameters defaultRequestParameters() {
    return ChatRequestParameters.builder().build();
  }

  @Override
  public List<ChatModelListener> listeners() {
    return List.of();
  }

  @Override
  public ModelProvider provider() {
    return ModelProvider.OTHER;
  }

  @Override
  public Set<Capability> supportedCapabilities() {
    return Set.of();
  }
}
