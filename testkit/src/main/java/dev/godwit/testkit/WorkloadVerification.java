package dev.godwit.testkit;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.sql.DataSource;

/** Holds a database against a journal: first which transactions have left their tokens, then what these must have left else. */
final class WorkloadVerification {
    private static final int SHOWN = 10;

    private final WorkloadJournal journal;
    /** Per writer the first transaction that is not of this database. */
    private final int[] limits;

    private final List<String> findings = new ArrayList<>();
    /** Per writer and transaction which tokens were found, one bit each. */
    private final byte[][] found;

    private final WorkloadExpectation expectation = new WorkloadExpectation();
    private int shownOfPart;
    private int suppressed;

    private WorkloadVerification(WorkloadJournal journal, int[] limits) {
        this.journal = journal;
        this.limits = limits;
        this.found = new byte[journal.plan().writers()][];
        for (int writer = 0; writer < found.length; writer++) {
            found[writer] = new byte[journal.limit(writer)];
        }
    }

    /** The limits of a database that has received all that was committed. */
    static int[] everything(WorkloadJournal journal) {
        int[] limits = new int[journal.plan().writers()];
        Arrays.fill(limits, Integer.MAX_VALUE);
        return limits;
    }

    static List<String> verify(WorkloadJournal journal, int[] limits, DataSource database) throws SQLException {
        WorkloadVerification verification = new WorkloadVerification(journal, limits);
        try (Connection connection = database.getConnection()) {
            connection.setAutoCommit(false);
            connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            try (Statement statement = connection.createStatement()) {
                statement.setFetchSize(10_000);
                verification.readTokens(statement);
                verification.checkTransactions();
                for (WorkloadKind kind : journal.plan().kinds()) {
                    verification.shownOfPart = 0;
                    verification.expectation.compare(kind, statement, verification::report);
                }
            }
            connection.rollback();
        }
        return verification.end();
    }

    private List<String> end() {
        if (suppressed > 0) {
            findings.add("and " + suppressed + " more");
        }
        if (!findings.isEmpty()) {
            findings.add("(workload with " + journal.plan().describe() + ")");
        }
        return findings;
    }

    /** The first of each part, so that many of one do not hide the others. */
    private void report(String finding) {
        if (shownOfPart < SHOWN) {
            shownOfPart++;
            findings.add(finding);
        } else {
            suppressed++;
        }
    }

    private WorkloadJournal.Fate fate(int writer, int number) {
        return number < limits[writer] ? journal.fate(writer, number) : WorkloadJournal.Fate.ABSENT;
    }

    /** Reads the whole table without its index, which may be what is wrong. */
    private void readTokens(Statement statement) throws SQLException {
        try (ResultSet rows = statement.executeQuery("SELECT id, writer, number, ordinal FROM workload.token")) {
            while (rows.next()) {
                readToken(rows.getLong(1), rows.getInt(2), rows.getInt(3), rows.getInt(4));
            }
        }
    }

    private void readToken(long id, int writer, int number, int ordinal) {
        String token = "token " + ordinal + " of transaction " + number + " of writer " + writer + " (key " + id + ")";
        if (writer < 0 || writer >= found.length || id != WorkloadTransaction.tokenId(writer, number, ordinal)) {
            report("A row that the workload did not write: " + token);
        } else if (ordinal >= SavepointDetour.ORDINAL) {
            report("Present though rolled back to a savepoint: " + token);
        } else if (fate(writer, number) == WorkloadJournal.Fate.ABSENT) {
            report("Present though never committed here: " + token);
        } else if ((found[writer][number] & 1 << ordinal) != 0) {
            report("Present twice: " + token);
        } else {
            found[writer][number] |= (byte) (1 << ordinal);
        }
    }

    /** Tokens of a transaction are all there or none, and so is what else it wrote. */
    private void checkTransactions() {
        for (int writer = 0; writer < found.length; writer++) {
            for (int number = 0; number < found[writer].length; number++) {
                WorkloadJournal.Fate fate = fate(writer, number);
                if (fate == WorkloadJournal.Fate.ABSENT) {
                    continue;
                }
                WorkloadTransaction transaction = new WorkloadTransaction(journal.plan(), writer, number);
                int all = (1 << transaction.tokens) - 1;
                int present = found[writer][number];
                boolean acknowledged = fate == WorkloadJournal.Fate.ACKNOWLEDGED;
                if (present != all && (acknowledged || present != 0)) {
                    report((acknowledged ? "Acknowledged" : "In doubt") + " transaction " + number + " of writer "
                            + writer + ": " + Integer.bitCount(present) + " of " + transaction.tokens
                            + " tokens are present");
                }
                if (acknowledged || present != 0) {
                    transaction.addTo(expectation);
                }
            }
        }
    }
}
