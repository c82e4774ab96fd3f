package dev.godwit.testkit;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;

/** Holds a database against a journal. */
final class WorkloadVerification {
    private static final int SHOWN = 10;

    private final WorkloadJournal journal;
    private final List<String> findings = new ArrayList<>();
    /** Per writer and transaction which tokens were found, one bit each. */
    private final byte[][] found;

    private int suppressed;

    private WorkloadVerification(WorkloadJournal journal) {
        this.journal = journal;
        this.found = new byte[journal.writers()][];
        for (int writer = 0; writer < found.length; writer++) {
            found[writer] = new byte[journal.limit(writer)];
        }
    }

    static List<String> verify(WorkloadJournal journal, DataSource database) throws SQLException {
        WorkloadVerification verification = new WorkloadVerification(journal);
        try (Connection connection = database.getConnection()) {
            connection.setAutoCommit(false);
            connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            try (Statement statement = connection.createStatement()) {
                statement.setFetchSize(10_000);
                verification.readTokens(statement);
                verification.checkTransactions(statement);
                verification.checkInvariants(statement);
            }
            connection.rollback();
        }
        if (verification.suppressed > 0) {
            verification.findings.add("and " + verification.suppressed + " more");
        }
        return verification.findings;
    }

    private void report(String finding) {
        if (findings.size() < SHOWN) {
            findings.add(finding);
        } else {
            suppressed++;
        }
    }

    /** Reads the whole table without its index, which may be what is wrong. */
    private void readTokens(Statement statement) throws SQLException {
        try (ResultSet rows = statement.executeQuery("SELECT id, writer, number, ordinal FROM workload.token")) {
            while (rows.next()) {
                long id = rows.getLong(1);
                int writer = rows.getInt(2);
                int number = rows.getInt(3);
                int ordinal = rows.getInt(4);
                String token = "token " + ordinal + " of transaction " + number + " of writer " + writer;
                if (writer < 0
                        || writer >= found.length
                        || id != WorkloadTransaction.tokenId(writer, number, ordinal)) {
                    report("A row that the workload did not write: id " + id + ", " + token);
                } else if (ordinal >= 100) {
                    report("Present though rolled back to a savepoint: " + token);
                } else if (journal.fate(writer, number) == WorkloadJournal.Fate.ABSENT) {
                    report("Present though never committed: " + token);
                } else if ((found[writer][number] & 1 << ordinal) != 0) {
                    report("Present twice: " + token);
                } else {
                    found[writer][number] |= (byte) (1 << ordinal);
                }
            }
        }
    }

    /** Tokens of a transaction all or none, and the counters as their tokens say. */
    private void checkTransactions(Statement statement) throws SQLException {
        long expected = 0;
        for (int writer = 0; writer < found.length; writer++) {
            for (int number = 0; number < found[writer].length; number++) {
                WorkloadJournal.Fate fate = journal.fate(writer, number);
                if (fate == WorkloadJournal.Fate.ABSENT) {
                    continue;
                }
                WorkloadTransaction transaction = new WorkloadTransaction(journal.seed(), writer, number);
                int all = (1 << transaction.tokens) - 1;
                int present = found[writer][number];
                boolean acknowledged = fate == WorkloadJournal.Fate.ACKNOWLEDGED;
                if (present != all && (acknowledged || present != 0)) {
                    report((acknowledged ? "Acknowledged" : "In doubt") + " transaction " + number + " of writer "
                            + writer + ": " + Integer.bitCount(present) + " of " + transaction.tokens
                            + " tokens are present");
                }
                if (acknowledged || present != 0) {
                    expected += transaction.increment;
                }
            }
        }
        long counted = number(statement, "SELECT sum(counter) FROM workload.hot");
        // a transaction in doubt that left its tokens also left its increment, and none otherwise
        if (counted != expected) {
            report("Hot counters add up to " + counted + " instead of " + expected);
        }
    }

    private void checkInvariants(Statement statement) throws SQLException {
        long expected = (long) WorkloadTransaction.ACCOUNTS * WorkloadTransaction.BALANCE;
        long balance = number(statement, "SELECT sum(balance) FROM workload.account");
        if (balance != expected) {
            report("Accounts add up to " + balance + " instead of " + expected);
        }
        long accounts = number(statement, "SELECT count(*) FROM workload.account");
        if (accounts != WorkloadTransaction.ACCOUNTS) {
            report(accounts + " accounts instead of " + WorkloadTransaction.ACCOUNTS);
        }
        long broken = number(statement, "SELECT count(*) FROM workload.document WHERE md5(body) <> digest");
        if (broken != 0) {
            report(broken + " documents do not match their digest");
        }
    }

    private static long number(Statement statement, String sql) throws SQLException {
        try (ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getLong(1);
        }
    }
}
