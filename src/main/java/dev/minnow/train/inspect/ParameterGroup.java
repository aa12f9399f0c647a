package dev.minnow.train.inspect;

import dev.minnow.model.TensorDifference;
import dev.minnow.model.TensorStatistics;
import java.util.List;
import java.util.Optional;

/**
 * One parameter, or several that belong together, such as those of a kind or of a layer.
 *
 * @param name of it, or of what they have in common
 * @param indices in the parameter table
 * @param formula how the count comes about, in letters
 * @param statistics of all their elements
 * @param sinceStart from the initial values to those of now; empty where nobody knows how they began
 */
public record ParameterGroup(
    String name, List<Integer> indices, String formula, TensorStatistics statistics, Optional<TensorDifference> sinceStart) {}
