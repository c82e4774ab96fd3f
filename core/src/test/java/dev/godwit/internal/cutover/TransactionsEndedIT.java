package dev.godwit.internal.cutover;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.PostgresPairTest;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Two looks at a server's transactions: no change that is committed between them may stay unseen. */
@Tag("R3")
@PostgresPairTest(source = "10", target = "17")
final class TransactionsEndedIT {

    private interface Deed {
        void run(Connection writer) throws SQLException;
    }

    private static boolean isSeen(PostgresPair pair, String... statements) throws SQLException {
        return isSeen(pair, writer -> execute(writer, statements));
    }

    private static boolean isSeen(PostgresPair pair, Deed deed) throws SQLException {
        try (Connection observer = pair.connectSource();
                Connection writer = pair.connectSource()) {
            TransactionsEnded before = TransactionsEnded.at(observer);
            deed.run(writer);
            return !TransactionsEnded.at(observer).noneSince(before);
        }
    }

    private static void execute(Connection connection, String... statements) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    @Test
    void seesWhateverIsCommittedAndNothingElse(PostgresPair pair) throws Exception {
        pair.source()
                .execute("app", "CREATE TABLE item (id int)", "CREATE SEQUENCE number", "SELECT nextval('number')");
        assertThat(isSeen(pair, "INSERT INTO item VALUES (1)")).isTrue();
        assertThat(isSeen(pair, "CREATE INDEX ON item (id)")).isTrue();
        assertThat(isSeen(pair, "SELECT lo_create(7)")).isTrue();
        assertThat(isSeen(pair, "BEGIN; INSERT INTO item VALUES (2); SAVEPOINT a; INSERT INTO item VALUES (3); COMMIT"))
                .isTrue();
        assertThat(isSeen(pair, "ALTER DATABASE app SET work_mem = '5MB'")).isTrue();
        assertThat(isSeen(pair, "SELECT count(*) FROM item", "SELECT nextval('number')", "BEGIN; COMMIT"))
                .isFalse();
    }

    /** The last one that got an ID is not among those that the first look sees running. */
    @Test
    void seesTheEndOfOneThatWasRunning(PostgresPair pair) throws Exception {
        pair.source().execute("app", "CREATE TABLE item (id int)");
        try (Connection early = pair.connectSource();
                Connection late = pair.connectSource()) {
            early.setAutoCommit(false);
            late.setAutoCommit(false);
            execute(early, "INSERT INTO item VALUES (1)");
            assertThat(isSeen(pair, writer -> {})).isFalse();
            assertThat(isSeen(pair, writer -> early.commit())).isTrue();
            execute(early, "INSERT INTO item VALUES (2)");
            execute(late, "INSERT INTO item VALUES (3)");
            late.commit();
            // Its ID lies before that of one which has ended: the second look would be as the first one.
            try (Connection observer = pair.connectSource()) {
                assertThat(TransactionsEnded.at(observer).running()).isTrue();
            }
            assertThat(isSeen(pair, writer -> early.commit())).isTrue();
        }
    }

    @Test
    void tellsOfOneThatIsPrepared(PostgresPair pair) throws Exception {
        pair.source().setParameter("max_prepared_transactions", "5");
        pair.source().restart();
        pair.source().execute("app", "CREATE TABLE item (id int)");
        try (Connection observer = pair.connectSource();
                Connection writer = pair.connectSource()) {
            assertThat(TransactionsEnded.at(observer).prepared()).isNull();
            execute(writer, "BEGIN; INSERT INTO item VALUES (1); PREPARE TRANSACTION 'later'");
            TransactionsEnded prepared = TransactionsEnded.at(observer);
            assertThat(prepared.prepared()).isEqualTo("later");
            execute(writer, "COMMIT PREPARED 'later'");
            assertThat(TransactionsEnded.at(observer).noneSince(prepared)).isFalse();
        }
    }

    @Test
    void tellsOnesOwnFromThoseOfOthers(PostgresPair pair) throws Exception {
        pair.source().execute("app", "CREATE TABLE item (id int)");
        try (Connection observer = pair.connectSource();
                Connection other = pair.connectSource()) {
            TransactionsEnded before = TransactionsEnded.at(observer);
            execute(observer, "SELECT txid_current()");
            assertThat(TransactionsEnded.at(observer).onlyOneSince(before)).isTrue();
            before = TransactionsEnded.at(observer);
            other.setAutoCommit(false);
            execute(other, "INSERT INTO item VALUES (1)");
            execute(observer, "SELECT txid_current()");
            assertThat(TransactionsEnded.at(observer).onlyOneSince(before)).isFalse();
        }
    }
}
