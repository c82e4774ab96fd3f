package dev.godwit.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

class PostgresPairIT {
    @Test
    void startsTwoServersOfItsOwnAndCopiesATemplateIntoBoth() throws SQLException {
        PostgresServer source;
        try (PostgresPair pair = PostgresPair.start("15", "15")) {
            source = pair.source();
            assertThat(source.port()).isNotEqualTo(pair.target().port());
            for (PostgresServer server : new PostgresServer[] {source, pair.target()}) {
                assertThat(server.query(pair.database(), "SHOW wal_level")).containsExactly("logical");
                server.createDatabase("template");
                server.execute("template", "CREATE TABLE t (a int)");
            }
            try (Connection open = pair.connectTarget()) {
                pair.resetFrom("template");
                assertThat(open.isValid(1))
                        .as("the session of the dropped database")
                        .isFalse();
            }
            assertThat(source.query(pair.database(), "SELECT count(*) FROM t")).containsExactly("0");
            assertThat(pair.target().query(pair.database(), "SELECT count(*) FROM t"))
                    .containsExactly("0");
            pair.reset();
            assertThat(source.query(pair.database(), "SELECT count(*) FROM pg_class WHERE relname = 't'"))
                    .containsExactly("0");
            assertThat(source.query("postgres", "SELECT 1 FROM pg_database WHERE datname = 'template'"))
                    .isEmpty();
        }
        assertThat(source.isRunning()).isFalse();
    }
}
