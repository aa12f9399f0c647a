package dev.minnow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * What applications may rely on: the public types of {@code dev.minnow}, and what they hand out and take of the packages below, without
 * those members that lead deeper. It is kept in a file, so that it changes only on purpose.
 */
class PublicApiTest {
  private static final Path KEPT = Path.of("src/test/resources/dev/minnow/public-api.txt");

  /** Types of the packages below that are meant to last. */
  private static final Pattern LASTING =
      Pattern.compile(
          "dev\\.minnow\\.((langchain4j\\.)?\\w+(\\$\\w+)?"
              + "|(generate\\.(Generated(Text|Token)|StopReason)|kernel\\.(KernelChoice|Precision)|tokenizer\\.(Tokenizer|EncodingOptions|WorkListener)"
              + "|model\\.(ModelConfig|Architecture|Positions|RotaryScaling)"
              + "|(checkpoint\\.Checkpoint|corpus\\.Corpus|tokenizer\\.Tokenizer|train\\.Training)Exception"
              + "|train\\.(Evaluation|FoldedResult|OptimizerChoice|Preset|RunSummary|Schedule|StepReport|Training(Listener|Options|Result)))(\\$\\w+)*)");

  /** What calls are documented to throw of Minnow's own. */
  private static final List<String> THROWN =
      List.of(
          "dev.minnow.checkpoint.CheckpointException",
          "dev.minnow.corpus.CorpusException",
          "dev.minnow.tokenizer.TokenizerException",
          "dev.minnow.train.TrainingException");

  @Test
  void theSurfaceIsTheOneThatIsKept() throws IOException {
    String found = describe(doors());
    Path made = Files.writeString(Files.createDirectories(Path.of("target")).resolve("public-api.txt"), found);
    assertTrue(found.lines().count() > 100, "The surface was not read: " + found);
    assertEquals(
        Files.exists(KEPT) ? Files.readString(KEPT) : "", found,
        "The public API changed. If it was meant to: cp " + made + " " + KEPT + ".");
  }

  @Test
  void aNewMemberAndATypeThatItLeadsToShow() {
    assertEquals(
        """
            class PublicApiTest.Door
              Outer open(List<Inner>)
            class PublicApiTest.Inner
            class PublicApiTest.Outer
              int size
            """,
        describe(List.of(Door.class)).replace("dev.minnow.", ""));
  }

  /** For the test. */
  public static final class Door {
    private Door() {}

    public Outer open(List<Inner> inner) {
      Outer outer = new Outer();
      outer.size = inner.size();
      return outer;
    }
  }

  /** For the test. */
  public static final class Outer {
    public int size;

    Outer() {}
  }

  /** For the test. */
  public static final class Inner {
    private Inner() {}
  }

  private static List<Class<?>> doors() throws IOException {
    List<Class<?>> doors = new ArrayList<>(THROWN.stream().map(PublicApiTest::type).toList());
    for (String home : List.of("dev.minnow.", "dev.minnow.langchain4j.")) {
      try (Stream<Path> files = Files.list(Path.of("src/main/java", home.split("\\.")))) {
        files.map(file -> file.getFileName().toString())
            .filter(name -> name.endsWith(".java") && !name.equals("package-info.java"))
            .sorted()
            .map(name -> type(home + name.replace(".java", "")))
            .filter(type -> Modifier.isPublic(type.getModifiers()))
            .forEach(doors::add);
      }
    }
    return doors;
  }

  private static Class<?> type(String name) {
    try {
      return Class.forName(name);
    } catch (ClassNotFoundException e) {
      throw new AssertionError(name, e);
    }
  }

  private static String describe(List<Class<?>> doors) {
    TreeMap<String, Set<String>> types = new TreeMap<>();
    Deque<Class<?>> waiting = new ArrayDeque<>(doors);
    while (!waiting.isEmpty()) {
      Class<?> type = waiting.remove();
      String title = kind(type) + " " + name(type) + parents(type);
      if (types.containsKey(title)) {
        continue;
      }
      Set<String> members = new TreeSet<>();
      assertTrue(isLasting(type), type + " is part of the public API by its use there, but is not meant to last.");
      types.put(title, members);
      Stream.of(type.getDeclaredConstructors())
          .filter(member -> isVisible(member) && !leadsDeeper(member))
          .forEach(member -> add(member, members, waiting));
      Stream.of(type.getDeclaredMethods())
          .filter(member -> isVisible(member) && !member.isSynthetic() && !isOfObject(member) && !leadsDeeper(member))
          .forEach(member -> add(member, members, waiting));
      for (Field field : type.getDeclaredFields()) {
        if (isVisible(field) && !field.isSynthetic()) {
          members.add(words(field) + simple(field.getGenericType(), waiting) + " " + field.getName());
        }
      }
      Stream.of(type.getInterfaces()).filter(PublicApiTest::isLasting).forEach(waiting::add);
    }
    StringBuilder text = new StringBuilder();
    types.forEach((title, members) -> {
      text.append(title).append('\n');
      members.forEach(member -> text.append("  ").append(member).append('\n'));
    });
    return text.toString();
  }

  private static boolean isVisible(Member member) {
    return Modifier.isPublic(member.getModifiers()) || Modifier.isProtected(member.getModifiers());
  }

  private static boolean isLasting(Class<?> type) {
    return LASTING.matcher(type.getName()).matches();
  }

  /** Whether a member of a package below stays out, since what it takes or gives is not meant to last. */
  private static boolean leadsDeeper(Executable member) {
    if (member.getDeclaringClass().getPackageName().equals("dev.minnow")) {
      return false;
    }
    Deque<Class<?>> named = new ArrayDeque<>();
    Stream.of(member.getGenericParameterTypes()).forEach(type -> simple(type, named));
    if (member instanceof Method method) {
      simple(method.getGenericReturnType(), named);
    }
    return !named.stream().allMatch(PublicApiTest::isLasting);
  }

  private static boolean isOfObject(Method method) {
    return Set.of("equals", "hashCode", "toString").contains(method.getName());
  }

  private static void add(Executable member, Set<String> members, Deque<Class<?>> waiting) {
    String parameters =
        Arrays.stream(member.getGenericParameterTypes()).map(type -> simple(type, waiting)).collect(Collectors.joining(", ", "(", ")"));
    switch (member) {
      case Constructor<?> constructor -> members.add("new" + parameters);
      case Method method -> members.add(
          words(method) + simple(method.getGenericReturnType(), waiting) + " " + method.getName() + parameters);
    }
  }

  private static String words(Member member) {
    return Modifier.isStatic(member.getModifiers()) ? "static " : "";
  }

  /** A type without its packages; Minnow's own wait to be described. */
  private static String simple(Type type, Deque<Class<?>> waiting) {
    if (type instanceof ParameterizedType generic) {
      return Arrays.stream(generic.getActualTypeArguments())
          .map(argument -> simple(argument, waiting))
          .collect(Collectors.joining(", ", simple(generic.getRawType(), waiting) + "<", ">"));
    }
    if (type instanceof Class<?> one) {
      Class<?> element = one;
      while (element.isArray()) {
        element = element.getComponentType();
      }
      if (element.getName().startsWith("dev.minnow.") && Modifier.isPublic(element.getModifiers())) {
        waiting.add(element);
      }
      return one.getSimpleName();
    }
    return type.getTypeName().replaceAll("[a-z]+\\.", "");
  }

  private static String parents(Class<?> type) {
    Stream<Type> parents = Stream.of(type.getGenericInterfaces());
    if (type.getSuperclass() != null && type.getSuperclass() != Object.class && !type.isRecord() && !type.isEnum()) {
      parents = Stream.concat(Stream.of(type.getSuperclass()), parents);
    }
    String names = parents.map(parent -> simple(parent, new ArrayDeque<>())).collect(Collectors.joining(", "));
    return names.isEmpty() ? "" : " is " + names;
  }

  private static String name(Class<?> type) {
    return type.getName().replace('$', '.');
  }

  private static String kind(Class<?> type) {
    if (type.isRecord()) {
      return "record";
    }
    if (type.isEnum()) {
      return "enum";
    }
    return type.isInterface() ? "interface" : "class";
  }
}
