package dev.godwit.internal.copy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.PostgresPairTest;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;

@PostgresPairTest(source = "10", target = "17")
final class SessionsIT {

    @Test
    void haveIndexesBuiltByAsManyProcessesAsWorkersAreLeft(PostgresPair pair) throws SQLException {
        pair.target()
                .execute(
                        pair.database(),
                        "ALTER DATABASE " + pair.database() + " SET max_parallel_maintenance_workers = 3");
        try (Connection target = pair.connectTarget()) {
            assertThat(parallelWorkers(target)).isEqualTo("3");
            Sessions.limitParallelWorkers(target, 0);
            assertThat(parallelWorkers(target)).isEqualTo("0");
            Sessions.limitParallelWorkers(target, 2);
            assertThat(parallelWorkers(target)).isEqualTo("2");
            Sessions.limitParallelWorkers(target, 7);
            assertThat(parallelWorkers(target)).isEqualTo("3");
        }
    }

    @Test
    void leaveServersAloneThatBuildAnIndexByOneProcess(PostgresPair pair) throws SQLException {
        try (Connection older = pair.connectSource()) {
            Sessions.limitParallelWorkers(older, 2);
            assertThat(parallelWorkers(older)).isNull();
        }
    }

    private static String parallelWorkers(Connection session) throws SQLException {
        try (Statement statement = session.createStatement();
                ResultSet row =
                        statement.executeQuery("SELECT current_setting('max_parallel_maintenance_workers', true)")) {
            row.next();
            return row.getString(1);
        }
    }
}
