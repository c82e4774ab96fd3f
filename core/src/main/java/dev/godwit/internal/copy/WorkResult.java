package dev.godwit.internal.copy;

import dev.godwit.schema.TableName;
import java.io.Serializable;
import java.time.Duration;
import java.util.List;

/**
 * What came of a {@link Work}.
 *
 * @param copied the tables, or the part of one, whose rows are committed; empty where an earlier attempt had done it
 * @param steps the steps that are done
 * @param open whether steps were left, as the run is to stand still
 * @param refused whether nothing was done, since somebody waits for a lock that would be waited for, too
 * @param away whether it was done in another process, so that nobody has seen the rows go by
 */
record WorkResult(List<Copied> copied, List<StepDone> steps, boolean open, boolean refused, boolean away)
        implements Serializable {
    static final WorkResult REFUSED = new WorkResult(List.of(), List.of(), false, true, false);

    WorkResult(List<Copied> copied, List<StepDone> steps) {
        this(copied, steps, false, false, false);
    }

    WorkResult fromAway() {
        return new WorkResult(copied, steps, open, refused, true);
    }

    /** A table, or a part of it; frozen if no vacuum is needed to make its rows visible to all. */
    record Copied(TableName table, TableCopier.Copied rows, boolean frozen, Duration took) implements Serializable {}

    /** A schema step, with its share of the time. */
    record StepDone(String id, Duration took) implements Serializable {}

    WorkResult {
        copied = List.copyOf(copied);
        steps = List.copyOf(steps);
    }
}
