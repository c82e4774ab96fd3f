package dev.godwit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.godwit.cutover.Deadline;
import dev.godwit.cutover.FenceContext;
import dev.godwit.cutover.RaisedFence;
import dev.godwit.cutover.TrafficSwitch;
import dev.godwit.cutover.WriteFence;
import dev.godwit.cutover.WriteFences;
import dev.godwit.event.MigrationEvent;
import dev.godwit.replication.ServerConnections;
import dev.godwit.result.MigrationException;
import dev.godwit.schema.TableName;
import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.PostgresPairTest;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A source that somebody else has closed since a cutover has: another migration of the database that was cut over, or an administrator. */
@PostgresPairTest(source = "15", target = "17")
final class ClosedSinceIT {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration READY = Duration.ofMinutes(3);
    private static final String CLOSED = "SHOW default_transaction_read_only";
    private static final String BY_HAND = "ALTER DATABASE app SET default_transaction_read_only = on";

    private static FenceContext context(PostgresPair pair, String migration, boolean closedBefore, String mark) {
        Properties properties = new Properties();
        properties.setProperty("user", "postgres");
        properties.setProperty("password", "");
        properties.setProperty("ApplicationName", "godwit-" + migration);
        properties.setProperty("options", "-c default_transaction_read_only=off");
        return new FenceContext(
                migration,
                ServerConnections.of(pair.sourceUrl(), properties),
                List.of(new TableName("public", "item")),
                Deadline.after(PATIENCE),
                PATIENCE,
                closedBefore,
                mark);
    }

    private static void assertThatItIs(String closed, PostgresPair pair) {
        assertThat(pair.source().query("app", CLOSED)).containsExactly(closed);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void isLeftClosed(boolean byHand, PostgresPair pair) throws Exception {
        pair.source().execute("app", "CREATE TABLE item (id int)");
        WriteFence fence = WriteFences.readOnlyDatabase();
        FenceContext first = context(pair, "first", false, "tRuE");
        FenceContext second = context(pair, "second", true, "yEs");
        try (RaisedFence raised = fence.raise(first)) {
            if (byHand) {
                pair.source().execute("postgres", BY_HAND);
                raised.lift();
            } else {
                try (RaisedFence other = fence.raise(second)) {
                    raised.lift();
                    assertThatItIs("on", pair);
                    other.lift();
                }
            }
        }
        assertThatItIs("on", pair);
        fence.reopen(first);
        fence.reopen(second);
        fence.reclose(first);
        fence.reopen(first);
        assertThatItIs("on", pair);
        pair.source().execute("postgres", "ALTER DATABASE app RESET default_transaction_read_only");
        fence.reclose(first);
        assertThatItIs("on", pair);
        fence.reopen(first);
        assertThatItIs("off", pair);
    }

    @Test
    void isNotTakenOverByACutoverThatFoundItOpen(PostgresPair pair) throws Exception {
        pair.source().execute("app", "CREATE TABLE item (id int)");
        FenceContext later = context(pair, "later", false, "yEs");
        try (RaisedFence raised = WriteFences.lockTables().raise(later)) {
            pair.source().execute("postgres", BY_HAND);
            assertThatThrownBy(() -> raised.beginSeal(Deadline.after(PATIENCE)))
                    .hasMessageContaining(
                            "somebody else has closed the source for writes while the cutover was under way");
            raised.lift();
        }
        assertThatItIs("on", pair);
    }

    @Test
    void isLeftClosedByWhoResumes(PostgresPair pair) throws Exception {
        CutoverUndoIT.prepare(pair);
        List<MigrationEvent> events = new CopyOnWriteArrayList<>();
        TrafficSwitch dying = context -> {
            throw new MigrationException(null, "died", null);
        };
        try (MigrationRun run = migration(pair, AlteredFence.stuck(WriteFences.lockTables()), dying, events)
                .start()) {
            run.awaitReadyToCutover(READY);
            assertThatThrownBy(run::cutover).isInstanceOf(MigrationException.class);
        }
        assertThatItIs("on", pair);
        pair.source().execute("postgres", BY_HAND);
        try (MigrationRun run = migration(pair, WriteFences.lockTables(), TrafficSwitch.byHand(), events)
                .resume()) {
            run.awaitReadyToCutover(READY);
            assertThatItIs("on", pair);
            run.cancel();
        }
        assertThat(events)
                .anyMatch(event -> event instanceof MigrationEvent.Warning warning
                        && warning.message().contains("somebody else has closed it since"));
    }

    private static Migration migration(
            PostgresPair pair, WriteFence fence, TrafficSwitch traffic, List<MigrationEvent> events) {
        return Migration.builder()
                .name("since")
                .source(Endpoint.of(pair.sourceUrl()).credentials("postgres", ""))
                .target(Endpoint.of(pair.targetUrl()).credentials("postgres", ""))
                .cutover(CutoverOptions.builder()
                        .fence(fence)
                        .trafficSwitch(traffic)
                        .build())
                .listener(events::add)
                .build();
    }
}
