package dev.godwit.back;

import dev.godwit.CopyOptions;
import dev.godwit.CutoverOptions;
import dev.godwit.Endpoint;
import dev.godwit.Migration;
import dev.godwit.cutover.SwitchContext;
import dev.godwit.cutover.TrafficSwitch;
import dev.godwit.cutover.WriteFence;
import dev.godwit.cutover.WriteFences;
import dev.godwit.event.MigrationListener;
import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.WriteWorkload;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

/** What the tests of the way back have in common. */
final class Back {
    static final Duration LIMIT = Duration.ofMinutes(3);
    static final String NAME = "back";

    private Back() {}

    static Migration migration(PostgresPair pair, TrafficSwitch traffic, MigrationListener listener) {
        return migration(pair, traffic, WriteFences.lockTables(), listener);
    }

    static Migration migration(PostgresPair pair, TrafficSwitch traffic, WriteFence fence, MigrationListener listener) {
        return migration(pair.sourceUrl(), pair, traffic, fence, listener);
    }

    static Migration migration(
            String sourceUrl, PostgresPair pair, TrafficSwitch traffic, WriteFence fence, MigrationListener listener) {
        return Migration.builder()
                .name(NAME)
                .source(Endpoint.of(sourceUrl).credentials("postgres", ""))
                .target(Endpoint.of(pair.targetUrl()).credentials("postgres", ""))
                .copy(CopyOptions.builder().workers(2).build())
                .cutover(CutoverOptions.builder()
                        .trafficSwitch(traffic)
                        .fence(fence)
                        .maxWritePause(Duration.ofSeconds(20))
                        .build())
                .reverse(true)
                .listener(listener)
                .build();
    }

    /** Points a workload's writers to the side that takes over. */
    static TrafficSwitch switching(PostgresPair pair, WriteWorkload workload, Probe probe) {
        return new TrafficSwitch() {
            @Override
            public void switchToTarget(SwitchContext context) {
                probe.tryTarget();
                workload.switchTo(pair.targetDataSource());
            }

            @Override
            public void switchToSource(SwitchContext context) {
                workload.switchTo(pair.sourceDataSource());
            }
        };
    }

    static boolean isClosed(PostgresPair pair, boolean old) {
        try (Connection connection = old ? pair.connectSource() : pair.connectTarget()) {
            return WriteFences.isClosed(connection);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Tells whether the side remembers anything. */
    static boolean remembers(PostgresPair pair, boolean old) {
        return (old ? pair.source() : pair.target())
                .query(pair.database(), "SELECT to_regnamespace('godwit') IS NOT NULL")
                .contains("t");
    }
}
