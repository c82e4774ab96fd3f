package dev.godwit.schema;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What has to be done to a target's schema, and what could not be carried.
 *
 * @param steps the steps, in the order in which they must run within each stage (and within each table for
 *     {@link SchemaStage#AFTER_TABLE_COPY})
 * @param notCarried objects that the plan leaves out, one sentence each that names the object and the reason
 * @param needs steps that need not wait for all that stand before them: by the step's identifier, those that it does need of its
 *     stage and its neighbours of this kind; whoever is not a key waits for everything before it, and is waited for by
 *     everything behind it
 * @param remarks what is worth knowing of how the plan was made and asks nothing of anybody, one sentence each
 */
public record SchemaPlan(
        List<SchemaStep> steps, List<String> notCarried, Map<String, Set<String>> needs, List<String> remarks) {

    /**
     * Copies the collections.
     *
     * @param steps the steps
     * @param notCarried the objects left out
     * @param needs what some steps need
     * @param remarks what is worth knowing
     */
    public SchemaPlan {
        steps = List.copyOf(steps);
        notCarried = List.copyOf(notCarried);
        needs = Map.copyOf(needs);
        remarks = List.copyOf(remarks);
    }

    /**
     * Makes a plan of which there is nothing more to say.
     *
     * @param steps the steps
     * @param notCarried the objects left out
     * @param needs what some steps need
     */
    public SchemaPlan(List<SchemaStep> steps, List<String> notCarried, Map<String, Set<String>> needs) {
        this(steps, notCarried, needs, List.of());
    }

    /**
     * Makes a plan whose steps run one after the other.
     *
     * @param steps the steps
     * @param notCarried the objects left out
     */
    public SchemaPlan(List<SchemaStep> steps, List<String> notCarried) {
        this(steps, notCarried, Map.of());
    }

    /**
     * Gives the steps of one stage.
     *
     * @param stage the stage
     * @return its steps in order
     */
    public List<SchemaStep> steps(SchemaStage stage) {
        return steps.stream().filter(step -> step.stage() == stage).toList();
    }

    /**
     * Gives the steps of one stage in groups that have to run one after the other; the steps of a group may run in any order, or
     * at the same time.
     *
     * @param stage the stage
     * @return its steps, each in one group
     */
    public List<List<SchemaStep>> groups(SchemaStage stage) {
        List<List<SchemaStep>> groups = new ArrayList<>();
        Map<String, Integer> groupOf = new HashMap<>();
        int first = 0;
        for (SchemaStep step : steps(stage)) {
            Set<String> needed = needs.get(step.id());
            int group = first;
            if (needed == null) {
                group = groups.size();
                first = group + 1;
            } else {
                for (String id : needed) {
                    group = Math.max(group, groupOf.getOrDefault(id, -1) + 1);
                }
            }
            while (groups.size() <= group) {
                groups.add(new ArrayList<>());
            }
            groups.get(group).add(step);
            groupOf.put(step.id(), group);
        }
        return groups;
    }
}
