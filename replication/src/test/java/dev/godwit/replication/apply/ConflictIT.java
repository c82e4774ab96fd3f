package dev.godwit.replication.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.godwit.replication.Lsn;
import dev.godwit.replication.RelationName;
import dev.godwit.replication.ReplicationException;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("F10")
final class ConflictIT {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "INSERT INTO t VALUES (7, 'secret')  | INSERT INTO t VALUES (7, 'theirs') | INSERT_CONFLICT",
                "UPDATE t SET v = 'secret' WHERE id = 2 | DELETE FROM t WHERE id = 2 | UPDATE_MISSING",
                "DELETE FROM t WHERE id = 2 | DELETE FROM t WHERE id = 2 | DELETE_MISSING",
                "UPDATE t SET v = v WHERE id = 2 | DELETE FROM t WHERE id = 2 | UPDATE_MISSING",
                "UPDATE t SET id = 8 WHERE id = 2 | INSERT INTO t VALUES (8, 'theirs') | UPDATE_CONFLICT",
                "UPDATE t SET v = 'secret' WHERE id = 2 | ALTER TABLE t DROP CONSTRAINT t_pkey; INSERT INTO t VALUES (2, 'b') | UPDATE_MULTIPLE",
                "DELETE FROM t WHERE id = 2 | ALTER TABLE t DROP CONSTRAINT t_pkey; INSERT INTO t VALUES (2, 'b') | DELETE_MULTIPLE",
            })
    void stopsBeforeAnythingOfTheTransactionIsVisible(String change, String foreign, ConflictException.Kind kind)
            throws Exception {
        try (Replica replica = Replica.of(
                        15, 15, "CREATE TABLE t (id int PRIMARY KEY, v text)", "CREATE TABLE u (id int)")
                .started()) {
            replica.source("INSERT INTO t VALUES (1, 'a'), (2, 'b'), (3, 'c')");
            replica.sync();
            replica.target(foreign);
            replica.subscriber().pauseAt(replica.end());
            replica.source("INSERT INTO u VALUES (1)");
            Lsn before = replica.end();
            replica.sourceTransaction("INSERT INTO u VALUES (2)", change, "INSERT INTO u VALUES (3)");
            replica.subscriber().release();
            Throwable failure = catchThrowable(replica::sync);
            assertThat(failure).isInstanceOf(ConflictException.class);
            ConflictException conflict = (ConflictException) failure;
            assertThat(conflict.kind()).isEqualTo(kind);
            assertThat(conflict.table()).isEqualTo(new RelationName("public", "t"));
            assertThat(conflict.commitLsn().isAtOrAfter(before)).isTrue();
            assertThat(conflict.keyHash()).matches("[0-9a-f]{16}");
            StringWriter trace = new StringWriter();
            failure.printStackTrace(new PrintWriter(trace));
            assertThat(trace.toString()).doesNotContain("secret");
            assertThat(replica.targetQuery("SELECT id FROM u"))
                    .as("earlier transactions only")
                    .containsExactly("1");
            assertThat(replica.subscriber().status().state()).isEqualTo(SubscriberState.FAILED);
        }
    }

    @Test
    void goesOnAfterTheTargetWasMended() throws Exception {
        try (Replica replica = Replica.of(15, 15, "CREATE TABLE t (id int PRIMARY KEY, v text)")
                .started()) {
            replica.source("INSERT INTO t SELECT i, 'x' FROM generate_series(1, 100) i");
            replica.sync();
            replica.target("DELETE FROM t WHERE id = 50");
            replica.source("UPDATE t SET v = 'y'");
            assertThatThrownBy(replica::sync).isInstanceOf(ConflictException.class);
            replica.stop();
            replica.target("INSERT INTO t VALUES (50, 'x')");
            replica.start();
            replica.assertSame("t");
        }
    }

    @Test
    void namesColumnsThatTheTargetLacksBeforeTheRow() throws Exception {
        try (Replica replica =
                Replica.of(15, 15, "CREATE TABLE t (id int PRIMARY KEY)").started()) {
            replica.source("ALTER TABLE t ADD note text", "INSERT INTO t VALUES (1, 'n')");
            assertThatThrownBy(replica::sync)
                    .isInstanceOf(ReplicationException.class)
                    .hasMessageContaining("public.t")
                    .hasMessageContaining("\"note\"");
            replica.stop();
            replica.target("ALTER TABLE t ADD note text");
            replica.start();
            replica.assertSame("t");
        }
    }

    @Test
    void namesATableThatIsPublishedButNotItsOwn() throws Exception {
        try (Replica replica =
                Replica.of(15, 15, "CREATE TABLE t (id int PRIMARY KEY)").started()) {
            replica.source(
                    "CREATE TABLE later (id int PRIMARY KEY)",
                    "ALTER PUBLICATION " + replica.name + " ADD TABLE later",
                    "INSERT INTO later VALUES (1)");
            assertThatThrownBy(replica::sync)
                    .isInstanceOf(ReplicationException.class)
                    .hasMessageContaining("public.later");
        }
    }

    @Test
    void refusesToWriteForAFormerOwner() throws Exception {
        try (Replica replica =
                Replica.of(15, 15, "CREATE TABLE t (id int PRIMARY KEY)").started()) {
            replica.source("INSERT INTO t VALUES (1)");
            replica.sync();
            replica.target("UPDATE godwit.apply_progress SET epoch = 2");
            replica.source("INSERT INTO t VALUES (2)");
            assertThatThrownBy(replica::sync).isInstanceOf(StaleOwnerException.class);
            assertThat(replica.targetQuery("SELECT id FROM t")).containsExactly("1");
        }
    }

    @Test
    void refusesBytesThatAreNotUtf8() throws Exception {
        try (Replica replica = Replica.of(15, 15)) {
            String name = replica.sourceDatabase + "_ascii";
            replica.sourceServer.execute(
                    "postgres",
                    "CREATE DATABASE " + name + " ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0");
            try (AsciiSource ascii = new AsciiSource(replica, name)) {
                assertThatThrownBy(ascii::replicateLatin1)
                        .isInstanceOf(ReplicationException.class)
                        .hasMessageContaining("the source ended the stream")
                        .hasMessageContaining("SQL_ASCII");
            }
        }
    }
}
