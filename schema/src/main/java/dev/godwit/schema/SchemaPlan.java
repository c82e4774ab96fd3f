package dev.godwit.schema;

import java.util.List;

/**
 * What has to be done to a target's schema, and what could not be carried.
 *
 * @param steps the steps, in the order in which they must run within each stage (and within each table for
 *     {@link SchemaStage#AFTER_TABLE_COPY})
 * @param notCarried objects that the plan leaves out, one sentence each that names the object and the reason
 */
public record SchemaPlan(List<SchemaStep> steps, List<String> notCarried) {

    /**
     * Copies the lists.
     *
     * @param steps the steps
     * @param notCarried the objects left out
     */
    public SchemaPlan {
        steps = List.copyOf(steps);
        notCarried = List.copyOf(notCarried);
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
}
