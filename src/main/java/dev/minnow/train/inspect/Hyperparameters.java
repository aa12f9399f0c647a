package dev.minnow.train.inspect;

import dev.minnow.model.ModelConfig;
import dev.minnow.model.Positions;
import dev.minnow.model.RotaryScaling;
import java.lang.reflect.RecordComponent;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** What was chosen about a model and never learned. */
public final class Hyperparameters {
  private Hyperparameters() {}

  /**
   * Those of a model's shape: the architecture, then all components of its {@link ModelConfig}. Numbers and booleans are themselves, other
   * choices are words.
   */
  public static Map<String, Object> of(ModelConfig config) {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("architecture", config.architecture().toString());
    for (RecordComponent component : ModelConfig.class.getRecordComponents()) {
      try {
        values.put(snakeCase(component.getName()), value(component.getAccessor().invoke(config)));
      } catch (ReflectiveOperationException e) {
        throw new LinkageError("The components of a model's configuration cannot be read.", e);
      }
    }
    return Collections.unmodifiableMap(values);
  }

  private static String snakeCase(String name) {
    return name.replaceAll("(?=[A-Z])", "_").toLowerCase(Locale.ROOT);
  }

  private static Object value(Object value) {
    return switch (value) {
      case Float number -> Double.parseDouble(number.toString());
      case Number number -> number;
      case Boolean flag -> flag;
      case Positions.Learned _ -> "learned";
      case Positions.Rotary rotary -> "rotary, theta " + rotary.theta() + scaling(rotary.scaling());
      default -> value.toString().toLowerCase(Locale.ROOT).replace('_', ' ');
    };
  }

  private static String scaling(RotaryScaling scaling) {
    return scaling instanceof RotaryScaling.None ? "" : ", scaling " + scaling;
  }
}
