package dev.godwit.preflight;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.Provokes;
import dev.godwit.TableFilter;
import dev.godwit.result.Finding;
import dev.godwit.result.FindingCode;
import dev.godwit.schema.PgDumpOptions;
import dev.godwit.schema.SchemaPlan;
import dev.godwit.schema.SchemaPreparer;
import dev.godwit.schema.SchemaPreparers;
import dev.godwit.schema.SchemaStage;
import dev.godwit.schema.SchemaStep;
import dev.godwit.schema.TableName;
import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.PostgresPairTest;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What the preparer of the schema has to say, or cannot do. */
@PostgresPairTest(source = "15", target = "17")
final class SchemaPreparerPreflightIT {

    @Test
    @Provokes(FindingCode.SCHEMA_PREPARER)
    void aPreparerThatCannotPlanIsNamedWithWhatItNeeds(PostgresPair pair) {
        pair.source().execute("app", "CREATE TABLE t (id int)");
        SchemaPreparer without = SchemaPreparers.pgDump(
                PgDumpOptions.builder().program(Path.of("/nowhere/pg_dump")).build());

        Assessment assessment = Assessment.of(pair, "postgres", TableFilter.all(), without);

        Finding finding = assessment.only(FindingCode.SCHEMA_PREPARER);
        assertThat(finding.observed())
                .contains("needs pg_dump 15 or later", "/nowhere/pg_dump, which was named", "PostgreSQL 17");
        // Without a plan nothing is said of objects that it might have made; servers are looked at all the same.
        assessment.hasNone(FindingCode.TARGET_TABLE_DIFFERS);
    }

    @Test
    @Provokes(FindingCode.SCHEMA_REMARK)
    void whatThePreparerRemarksIsPassedOn(PostgresPair pair) {
        pair.source().execute("app", "CREATE TABLE t (id int PRIMARY KEY)");
        pair.target().execute("app", "CREATE TABLE t (id int PRIMARY KEY)");
        SchemaPreparer talking = (source, target, tables) ->
                new SchemaPlan(List.of(), List.of(), Map.of(), List.of("a line was left out"));

        Finding finding =
                Assessment.of(pair, "postgres", TableFilter.all(), talking).only(FindingCode.SCHEMA_REMARK);

        assertThat(finding.observed()).isEqualTo("a line was left out");
    }

    @Test
    @Provokes(FindingCode.SCHEMA_NOT_TRIED)
    void moreDefinitionsThanTheTargetHasLocksForAreNotTried(PostgresPair pair) {
        pair.source().execute("app", "CREATE TABLE t (id int PRIMARY KEY)");

        Finding finding = Assessment.of(pair, "postgres", TableFilter.all(), planning(1_000))
                .only(FindingCode.SCHEMA_NOT_TRIED);

        // 64 locks for each of 100 sessions and 20 prepared transactions.
        assertThat(finding.observed()).contains("1000 definitions", "a trial of 960");
        Assessment.of(pair, "postgres", TableFilter.all(), planning(960)).hasNone(FindingCode.SCHEMA_NOT_TRIED);
    }

    /** What the user's scripts do, a rollback may not take back. */
    @Test
    void whatDoesMoreThanDefineIsNotTried(PostgresPair pair) {
        pair.source().execute("app", "CREATE TABLE t (id int PRIMARY KEY)");
        List<SchemaStep> steps = List.of(
                new SchemaStep("step", SchemaStage.BEFORE_COPY, null, "COMMIT; CREATE TABLE left_behind (id int)"));

        Assessment.of(pair, "postgres", TableFilter.all(), (source, target, tables) -> new SchemaPlan(steps, List.of()))
                .hasNone(FindingCode.REFUSED_STEP);

        assertThat(pair.target().query("app", "SELECT 1 FROM pg_class WHERE relname = 'left_behind'"))
                .isEmpty();
    }

    private static SchemaPreparer planning(int steps) {
        List<SchemaStep> some = IntStream.rangeClosed(1, steps)
                .mapToObj(i -> new SchemaStep("step " + i, SchemaStage.BEFORE_COPY, null, "SELECT 1"))
                .toList();
        return new SchemaPreparer() {
            @Override
            public SchemaPlan plan(Connection source, Connection target, Predicate<TableName> tables) {
                return new SchemaPlan(some, List.of());
            }

            @Override
            public boolean onlyDefines() {
                return true;
            }
        };
    }
}
