package dev.godwit.back;

import static dev.godwit.back.Back.LIMIT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.Migration;
import dev.godwit.MigrationRun;
import dev.godwit.cutover.SwitchContext;
import dev.godwit.cutover.TrafficSwitch;
import dev.godwit.event.MigrationEvent;
import dev.godwit.event.MigrationPhase;
import dev.godwit.testkit.LeakCheck;
import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.PostgresPairTest;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A table that was dropped during the run does not stand in the way there, nor on the way back. */
@PostgresPairTest(source = "13", target = "17")
final class DroppedTableIT {

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void isNotMissed(boolean onBothSides, PostgresPair pair) throws Exception {
        LeakCheck leaks = LeakCheck.begin(pair.source(), pair.target());
        pair.source()
                .execute(
                        pair.database(),
                        "CREATE TABLE kept (id int PRIMARY KEY, v text)",
                        "CREATE TABLE gone (id int PRIMARY KEY, v text)",
                        "INSERT INTO kept VALUES (1, 'a')",
                        "INSERT INTO gone VALUES (1, 'a')");
        List<MigrationEvent> events = new CopyOnWriteArrayList<>();
        TrafficSwitch traffic = new TrafficSwitch() {
            @Override
            public void switchToTarget(SwitchContext context) {}

            @Override
            public void switchToSource(SwitchContext context) {}
        };
        Migration migration = Back.migration(pair, traffic, events::add);
        try (MigrationRun run = migration.start()) {
            run.awaitReadyToCutover(LIMIT);
            pair.source().execute(pair.database(), "DROP TABLE gone", "INSERT INTO kept VALUES (2, 'b')");
            if (onBothSides) {
                pair.target().execute(pair.database(), "DROP TABLE gone");
            } else {
                while (events.stream().noneMatch(MigrationEvent.SourceSchemaChanged.class::isInstance)) {
                    Thread.sleep(50);
                }
                run.acknowledgeSchemaChanges();
            }
            assertThat(run.verify().isEqual()).isEqualTo(onBothSides);
            run.copyAfresh("public.kept");
        }
        try (MigrationRun run = migration.resume()) {
            run.awaitReadyToCutover(LIMIT);
            assertThat(run.verify().isEqual()).isEqualTo(onBothSides);
            run.cutover();
            pair.target().execute(pair.database(), "INSERT INTO kept VALUES (3, 'c')");
            run.awaitReadyToRollback(LIMIT);
            run.rollback();
            assertThat(run.phase()).isEqualTo(MigrationPhase.ROLLED_BACK);
        }
        assertThat(pair.source().query(pair.database(), "SELECT id FROM kept ORDER BY id"))
                .containsExactly("1", "2", "3");
        leaks.assertNone();
    }
}
