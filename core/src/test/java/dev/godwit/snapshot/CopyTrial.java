package dev.godwit.snapshot;

import static org.awaitility.Awaitility.await;

import dev.godwit.CopyOptions;
import dev.godwit.Credentials;
import dev.godwit.CutoverOptions;
import dev.godwit.Endpoint;
import dev.godwit.Migration;
import dev.godwit.MigrationRun;
import dev.godwit.SourceLimits;
import dev.godwit.event.MigrationEvent;
import dev.godwit.testkit.DatabaseComparison;
import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.PostgresServer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A migration of a test, what it told, and what the servers see of it. */
record CopyTrial(
        PostgresPair pair,
        CopyOptions options,
        SourceLimits limits,
        Credentials credentials,
        List<MigrationEvent> events) {
    static final Duration LIMIT = Duration.ofMinutes(3);
    private static final String NAME = "copied";

    CopyTrial(PostgresPair pair, CopyOptions options) {
        this(pair, options, SourceLimits.builder().build());
    }

    CopyTrial(PostgresPair pair, CopyOptions options, SourceLimits limits) {
        this(pair, options, limits, Credentials.of("postgres", ""), new CopyOnWriteArrayList<>());
    }

    Migration migration() {
        return Migration.builder()
                .name(NAME)
                .source(Endpoint.of(pair.sourceUrl()).credentials(credentials))
                .target(Endpoint.of(pair.targetUrl()).credentials(credentials))
                .copy(options)
                .sourceLimits(limits)
                .cutover(CutoverOptions.builder().build())
                .listener(events::add)
                .build();
    }

    /** Brings a run to its end and compares. */
    void complete(MigrationRun run) throws Exception {
        run.awaitReadyToCutover(LIMIT);
        run.cutover();
        DatabaseComparison.between(pair.sourceDataSource(), pair.targetDataSource())
                .run()
                .assertIdentical();
    }

    <T extends MigrationEvent> List<T> told(Class<T> type) {
        return events.stream().filter(type::isInstance).map(type::cast).toList();
    }

    /** Waits until a query on the target answers something. */
    List<String> awaitOnTarget(String query) {
        return awaitOn(pair.target(), query);
    }

    List<String> awaitOn(PostgresServer server, String query) {
        return await(query)
                .atMost(LIMIT)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> server.query(pair.database(), query), rows -> !rows.isEmpty());
    }

    /** A session of the migration that copies a table, or was the last to copy it. */
    static String copying(String table) {
        return "SELECT pid FROM pg_stat_activity WHERE application_name = 'godwit-" + NAME + "' AND query LIKE 'COPY%"
                + table + "%' AND state <> 'idle' LIMIT 1";
    }
}
