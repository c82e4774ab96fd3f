package dev.godwit.failpoint;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What changes something that lasts is told from what only asks. */
final class FrontendMessagesTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "COMMIT",
                "INSERT INTO \"select\" VALUES ('x')",
                "WITH moved AS (DELETE FROM a RETURNING *) SELECT count(*) FROM moved",
                "SET LOCAL x TO 'a''b'; ALTER DATABASE app SET default_transaction_read_only = on",
                "DO $$ BEGIN EXECUTE 'nothing'; END $$",
                "SELECT setval('a', 1)",
                "SELECT pg_terminate_backend(1)",
                "SELECT lo_put(1, 0, 'x')",
                "COPY \"a\" FROM STDIN",
                "CREATE_REPLICATION_SLOT \"a\" LOGICAL pgoutput",
                "SELECT 'a' AS \"quoted ' name\"; DROP PUBLICATION p",
            })
    void lasts(String sql) {
        assertThat(FrontendMessages.isLasting(sql)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT spcname FROM pg_tablespace WHERE has_tablespace_privilege(oid, 'CREATE')",
                "SELECT format('CREATE TYPE %I', typname) FROM pg_type",
                "SELECT 'it''s; DROP TABLE a'",
                "SELECT \"update\" FROM a FOR UPDATE",
                "SELECT 1 FROM godwit.migration WHERE name = $1 FOR NO KEY UPDATE",
                "SELECT 'cut off in CREATE",
                "BEGIN",
                "SET statement_timeout = 0",
            })
    void passes(String sql) {
        assertThat(FrontendMessages.isLasting(sql)).isFalse();
    }
}
