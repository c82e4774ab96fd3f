package dev.godwit.internal.copy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.schema.SchemaStage;
import dev.godwit.schema.SchemaStep;
import dev.godwit.schema.TableName;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class PartitionTreesTest {
    private static final List<SchemaStep> STEPS = List.of(
            step("function", null),
            step("inner key", "inner"),
            step("root key", "root"),
            step("other key", "other"),
            step("plain key", "plain"));

    /** root has a and inner, which has b and c; other has d. */
    private static PartitionTrees trees() {
        PartitionTrees trees = new PartitionTrees();
        trees.add(name("a"), name("root"));
        trees.add(name("inner"), name("root"));
        trees.add(name("b"), name("inner"));
        trees.add(name("c"), name("inner"));
        trees.add(name("d"), name("other"));
        return trees;
    }

    @Test
    void haveTheirKeysBuiltInOrderOnceTheLastOfThePartitionsIsFinished() {
        PartitionTrees trees = trees();
        assertThat(ids(trees.take(List.of(name("a"), name("b"), name("c"), name("x")), STEPS)))
                .containsExactly("function", "other key", "plain key");
        assertThat(trees.finished(name("b"))).isEmpty();
        assertThat(trees.finished(name("x"))).isEmpty();
        assertThat(trees.finished(name("a"))).isEmpty();
        assertThat(trees.finished(name("c")))
                .singleElement()
                .isInstanceOfSatisfying(
                        Work.Steps.class,
                        work -> assertThat(ids(work.steps())).containsExactly("inner key", "root key"));
        assertThat(trees.finished(name("c"))).isEmpty();
    }

    @Test
    void ofWhichEveryPartitionIsFinishedAreLeftToTheEnd() {
        assertThat(trees().take(List.of(name("x")), STEPS)).isEqualTo(STEPS);
    }

    @Test
    void onWhichNothingIsBuiltAreNoWork() {
        PartitionTrees trees = trees();
        trees.take(List.of(name("d")), STEPS.subList(0, 3));
        assertThat(trees.finished(name("d"))).isEmpty();
    }

    private static List<String> ids(List<SchemaStep> steps) {
        return steps.stream().map(SchemaStep::id).toList();
    }

    private static SchemaStep step(String id, @Nullable String table) {
        return new SchemaStep(id, SchemaStage.AFTER_TABLE_COPY, table == null ? null : name(table), "SELECT 1");
    }

    private static TableName name(String table) {
        return new TableName("public", table);
    }
}
