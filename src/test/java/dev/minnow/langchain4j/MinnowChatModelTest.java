package dev.minnow.langchain4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.ImageContent;
import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.data.message.TextContent;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.exception.UnsupportedFeatureException;
import dev.langchain4j.model.StreamingResponseHandler;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ResponseFormat;
import dev.langchain4j.model.chat.request.ToolChoice;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.PartialResponse;
import dev.langchain4j.model.chat.response.PartialResponseContext;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.output.FinishReason;
import dev.langchain4j.model.output.Response;
import dev.minnow.GenerationOptions;
import dev.minnow.LanguageModel;
import dev.minnow.RandomModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MinnowChatModelTest {
  private static final GenerationOptions OPTIONS = GenerationOptions.defaults().withTemperature(0).withMaximumTokens(6);

  @TempDir
  private static Path temporary;

  private static LanguageModel model;
  private static MinnowChatModel chat;

  @BeforeAll
  static void open() {
    model = LanguageModel.open(RandomModel.save(temporary.resolve("model")));
    chat = new MinnowChatModel(model, OPTIONS, Transcript.usual());
  }

  @AfterAll
  static void close() {
    model.close();
  }

  private static ChatRequest request(UnaryOperator<ChatRequest.Builder> changed) {
    return changed.apply(ChatRequest.builder().messages(UserMessage.from("Hi"))).build();
  }

  @Test
  void aConversationIsContinuedAsItsTranscript() {
    List<ChatMessage> messages =
        List.of(SystemMessage.from("Be brief."), UserMessage.from("Hi"), AiMessage.from("Ho"), UserMessage.from("Who?"));
    String prompt = "Be brief.\n\nUser: Hi\nAssistant: Ho\nUser: Who?\nAssistant:";
    assertEquals(prompt, Transcript.usual().prompt(messages));
    ChatModel any = chat;
    ChatResponse response = any.chat(messages);
    assertEquals(model.generate(prompt, OPTIONS, piece -> {}).text().stripLeading(), response.aiMessage().text());
    assertEquals(FinishReason.LENGTH, response.finishReason());
    assertEquals(prompt.length(), response.tokenUsage().inputTokenCount());
    assertEquals(6, response.tokenUsage().outputTokenCount());
  }

  @Test
  void whatARequestAsksHolds() {
    assertEquals(3, chat.chat(request(builder -> builder.maxOutputTokens(3))).tokenUsage().outputTokenCount());
    String text = model.generate("User: Hi\nAssistant:", OPTIONS, piece -> {}).text();
    ChatResponse stopped = chat.chat(request(builder -> builder.stopSequences(List.of(text.substring(2, 4)))));
    assertEquals(FinishReason.STOP, stopped.finishReason());
    assertEquals(text.substring(0, text.indexOf(text.substring(2, 4))).stripLeading(), stopped.aiMessage().text());
    List<String> texts = new ArrayList<>();
    for (double temperature : new double[] {0, 5}) {
      texts.add(chat.chat(request(builder -> builder.temperature(temperature).topK(0))).aiMessage().text());
    }
    assertTrue(!texts.get(0).equals(texts.get(1)), texts::toString);
  }

  @Test
  void whatMinnowDoesNotDoIsRefused() {
    ToolSpecification tool = ToolSpecification.builder().name("search").build();
    assertThrows(UnsupportedFeatureException.class, () -> chat.chat(request(builder -> builder.toolSpecifications(tool))));
    assertThrows(UnsupportedFeatureException.class, () -> chat.chat(request(builder -> builder.frequencyPenalty(0.5))));
    assertThrows(UnsupportedFeatureException.class, () -> chat.chat(request(builder -> builder.responseFormat(ResponseFormat.JSON))));
    assertThrows(UnsupportedFeatureException.class, () -> chat.chat(request(builder -> builder.toolChoice(ToolChoice.REQUIRED))));
    assertThrows(UnsupportedFeatureException.class, () -> chat.chat(request(builder -> builder.modelName("another"))));
    ToolExecutionRequest call = ToolExecutionRequest.builder().name("search").build();
    assertThrows(UnsupportedFeatureException.class, () -> chat.chat(UserMessage.from("Hi"), AiMessage.from("Ho", List.of(call))));
    ChatMessage image = UserMessage.from(ImageContent.from("http://localhost/a.png"));
    assertThrows(UnsupportedFeatureException.class, () -> chat.chat(image));
  }

  @Test
  void whatATemplatePutsFirstIsCountedToo() throws IOException {
    try (LanguageModel other = LanguageModel.open(RandomModel.saveWithTemplate(temporary.resolve("template")))) {
      ChatResponse response = new MinnowChatModel(other, OPTIONS, Transcript.usual()).chat(request(builder -> builder));
      assertEquals(1 + "User: Hi\nAssistant:".length(), response.tokenUsage().inputTokenCount());
    }
  }

  @Test
  void aMessageHasTheNameAndAllTextsThatItCameWith() {
    UserMessage said = UserMessage.from("Bob", TextContent.from("Hi"), TextContent.from("there"));
    assertEquals("Bob: Hi\nthere\nAssistant:", Transcript.usual().prompt(List.of(said)));
    List<ChatMessage> all = List.of(said, UserMessage.from("and I"), UserMessage.from("Bob", "again"));
    assertEquals(List.of("\nUser:", "\nBob:"), Transcript.usual().stops(all));
  }

  /** What a handler hears, in order. */
  private static final class Heard implements StreamingChatResponseHandler, StreamingResponseHandler<String> {
    private final StringBuilder text = new StringBuilder();
    private final List<Object> ends = new ArrayList<>();

    @Override
    public void onPartialResponse(String piece) {
      text.append(piece);
    }

    @Override
    public void onCompleteResponse(ChatResponse response) {
      ends.add(response);
    }

    @Override
    public void onNext(String piece) {
      text.append(piece);
    }

    @Override
    public void onComplete(Response<String> response) {
      ends.add(response);
    }

    @Override
    public void onError(Throwable error) {
      ends.add(error);
    }
  }

  @Test
  void anAnswerStreams() {
    Heard heard = new Heard();
    StreamingChatModel any = chat;
    any.chat("Hi", heard);
    ChatResponse whole = chat.chat(request(builder -> builder));
    assertEquals(whole.aiMessage().text(), heard.text.toString());
    assertEquals(whole.aiMessage(), assertInstanceOf(ChatResponse.class, heard.ends.getFirst()).aiMessage());
    assertEquals(1, heard.ends.size());
    Heard refused = new Heard();
    any.chat(request(builder -> builder.presencePenalty(1.0)), refused);
    assertInstanceOf(UnsupportedFeatureException.class, refused.ends.getFirst());
  }

  @Test
  void aHandlerThatTakesTheContextStreamsAndCancels() {
    String whole = chat.chat(request(builder -> builder)).aiMessage().text();
    for (int wanted : new int[] {1, 2, Integer.MAX_VALUE}) {
      List<String> pieces = new ArrayList<>();
      List<Object> ends = new ArrayList<>();
      StreamingChatModel any = chat;
      any.chat("Hi", new StreamingChatResponseHandler() {
        @Override
        public void onPartialResponse(PartialResponse piece, PartialResponseContext context) {
          pieces.add(piece.text());
          if (pieces.size() == wanted) {
            context.streamingHandle().cancel();
            assertTrue(context.streamingHandle().isCancelled());
          }
        }

        @Override
        public void onCompleteResponse(ChatResponse response) {
          ends.add(response);
        }

        @Override
        public void onError(Throwable error) {
          ends.add(error);
        }
      });
      boolean cancels = wanted < Integer.MAX_VALUE;
      assertTrue(whole.startsWith(String.join("", pieces)), pieces::toString);
      assertEquals(cancels ? wanted : whole.length(), cancels ? pieces.size() : String.join("", pieces).length());
      assertEquals(cancels ? 0 : 1, ends.size(), ends::toString);
    }
  }

  /** Throws from where it is told to, and counts what it hears of it. */
  private static final class Throwing implements StreamingChatResponseHandler {
    private final boolean cancels;
    private final boolean atEnd;
    private final List<Throwable> errors = new ArrayList<>();

    Throwing(boolean cancels, boolean atEnd) {
      this.cancels = cancels;
      this.atEnd = atEnd;
    }

    @Override
    public void onPartialResponse(PartialResponse piece, PartialResponseContext context) {
      if (cancels) {
        context.streamingHandle().cancel();
      }
      if (!atEnd) {
        throw new IllegalStateException("in a piece");
      }
    }

    @Override
    public void onCompleteResponse(ChatResponse response) {
      throw new IllegalStateException("at the end");
    }

    @Override
    public void onError(Throwable error) {
      errors.add(error);
    }
  }

  @Test
  void whatAHandlerThrowsItHearsOfUnlessItHasCancelled() {
    StreamingChatModel any = chat;
    Throwing inPiece = new Throwing(false, false);
    any.chat("Hi", inPiece);
    assertEquals(List.of("in a piece"), inPiece.errors.stream().map(Throwable::getMessage).toList());
    Throwing atEnd = new Throwing(false, true);
    any.chat("Hi", atEnd);
    assertEquals(List.of("at the end"), atEnd.errors.stream().map(Throwable::getMessage).toList());
    Throwing cancelled = new Throwing(true, false);
    any.chat("Hi", cancelled);
    assertEquals(List.of(), cancelled.errors);
  }

  @Test
  void aLanguageModelContinuesTexts() {
    MinnowLanguageModel language = new MinnowLanguageModel(model, OPTIONS);
    String expected = model.generate("Once", OPTIONS, piece -> {}).text();
    Response<String> response = language.generate("Once");
    assertEquals(expected, response.content());
    assertEquals(4 + 6, response.tokenUsage().totalTokenCount());
    Heard heard = new Heard();
    language.generate("Once", heard);
    assertEquals(expected, heard.text.toString());
    assertEquals(response.content(), ((Response<?>) heard.ends.getFirst()).content());
  }
}
