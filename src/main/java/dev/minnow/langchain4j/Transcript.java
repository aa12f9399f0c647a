package dev.minnow.langchain4j;

import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.data.message.TextContent;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.exception.UnsupportedFeatureException;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How a conversation is written for a model that continues plain text: what the system says, then each message after its speaker's name,
 * then the name of the one whose turn it is.
 *
 * @param user the name before what people say, unless a message has a name of its own
 * @param assistant the name before what the model says
 */
public record Transcript(String user, String assistant) {
  /** {@code User:} and {@code Assistant:}. */
  public static Transcript usual() {
    return new Transcript("User", "Assistant");
  }

  /**
   * The text to continue.
   *
   * @throws UnsupportedFeatureException for a message that is not of the system, of a user in text, or of the assistant
   */
  public String prompt(List<ChatMessage> messages) {
    StringBuilder text = new StringBuilder();
    for (ChatMessage message : messages) {
      switch (message) {
        case SystemMessage system -> text.append(system.text()).append("\n\n");
        case UserMessage said when isText(said) ->
          text.append(said.name() == null ? user : said.name()).append(": ").append(text(said)).append('\n');
        case AiMessage said when said.text() != null && !said.hasToolExecutionRequests() ->
          text.append(assistant).append(": ").append(said.text()).append('\n');
        default -> throw new UnsupportedFeatureException(
            "Minnow's models read and write text alone, and this message of type " + message.type() + " has something else.");
      }
    }
    return text.append(assistant).append(':').toString();
  }

  private static boolean isText(UserMessage said) {
    return said.contents().stream().allMatch(TextContent.class::isInstance);
  }

  private static String text(UserMessage said) {
    return said.contents().stream().map(content -> ((TextContent) content).text()).collect(Collectors.joining("\n"));
  }

  /** Where the model begins to speak for one of those who speak in a conversation. */
  List<String> stops(List<ChatMessage> messages) {
    Stream<String> named =
        messages.stream().filter(UserMessage.class::isInstance).map(message -> ((UserMessage) message).name()).filter(Objects::nonNull);
    return Stream.concat(Stream.of(user), named).distinct().map(name -> "\n" + name + ":").toList();
  }
}
