package dev.godwit.replication.apply;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is applied is logged with compressed pages where the server knows a cheap way, and as before elsewhere. */
final class CompressedPagesIT {

    @ParameterizedTest
    @ValueSource(ints = {13, 15, 17})
    void areWrittenWhereTheServerCan(int major) throws Exception {
        try (Replica replica =
                Replica.of(Math.min(major, 15), major, "CREATE TABLE t (id int PRIMARY KEY, setting text)")) {
            replica.target(
                    "CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS"
                            + " $$ BEGIN NEW.setting := current_setting('wal_compression'); RETURN NEW; END $$",
                    "CREATE TRIGGER note BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION note()",
                    "ALTER TABLE t ENABLE ALWAYS TRIGGER note");
            replica.started().sourceTransaction("INSERT INTO t VALUES (1)");
            replica.sync();
            assertThat(replica.targetQuery("SELECT setting FROM t"))
                    .isEqualTo(replica.targetQuery("SELECT CASE WHEN 'lz4' = ANY (enumvals) THEN 'lz4' ELSE 'off' END"
                            + " FROM pg_settings WHERE name = 'wal_compression'"));
        }
    }
}
