package dev.godwit.race;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** What writers were told of their transactions, outside of both databases. Safe for use by any thread. */
final class Journal {
    /** Of a transaction, all that matters. */
    private static final String TRANSACTIONS =
            "SELECT tx, count(*), count(DISTINCT n), bool_and(kept) FROM race.token GROUP BY tx";

    /** What became of a transaction. */
    private enum Outcome {
        ACKNOWLEDGED,
        ROLLED_BACK,
        UNKNOWN
    }

    private record Entry(Outcome outcome, int rows) {}

    private final Map<Long, Entry> entries = new ConcurrentHashMap<>();
    private final Set<Long> drawn = ConcurrentHashMap.newKeySet();
    private final Queue<String> offences = new ConcurrentLinkedQueue<>();
    private final AtomicLong highest = new AtomicLong();
    private final AtomicLong lowest = new AtomicLong();
    private final AtomicInteger acknowledged = new AtomicInteger();

    /** The server has confirmed the commit of so many rows. */
    void acknowledged(long tx, int rows) {
        entries.put(tx, new Entry(Outcome.ACKNOWLEDGED, rows));
        acknowledged.incrementAndGet();
    }

    /** The transaction was ended before a commit was asked for. */
    void rolledBack(long tx) {
        entries.put(tx, new Entry(Outcome.ROLLED_BACK, 0));
    }

    /** A commit was asked for, and no answer came. */
    void unknown(long tx, int rows) {
        entries.put(tx, new Entry(Outcome.UNKNOWN, rows));
    }

    /** A sequence has given this value; those of the descending one are negative. */
    void drew(long value) {
        if (!drawn.add(value)) {
            offences.add("sequence value " + value + " was given twice");
        }
        highest.accumulateAndGet(value, Math::max);
        lowest.accumulateAndGet(value, Math::min);
    }

    int acknowledged() {
        return acknowledged.get();
    }

    /** Gives the count of each outcome. */
    String summary() {
        Map<Outcome, Integer> counts = new HashMap<>();
        entries.values().forEach(entry -> counts.merge(entry.outcome(), 1, Integer::sum));
        return counts + ", " + drawn.size() + " values of sequences";
    }

    /**
     * Looks whether a database holds what it has to: each acknowledged transaction whole and once, of the others nothing, of those
     * whose outcome is unknown all or nothing, and sequences that go on behind everything that was ever given.
     *
     * @param quiet whether nobody writes, so that what is not in the journal is wrong, too
     */
    List<String> check(Connection open, boolean quiet) throws SQLException {
        long up = highest.get();
        long down = lowest.get();
        Map<Long, Entry> before = new HashMap<>(entries);
        List<String> wrong = new ArrayList<>(offences);
        try (Statement statement = open.createStatement()) {
            try (ResultSet rows = statement.executeQuery(TRANSACTIONS)) {
                while (rows.next()) {
                    look(before.remove(rows.getLong(1)), rows, quiet, wrong);
                }
            }
            before.forEach((tx, entry) -> {
                if (entry.outcome() == Outcome.ACKNOWLEDGED) {
                    wrong.add("transaction " + tx + " was acknowledged with " + entry.rows() + " rows and is lost");
                }
            });
            try (ResultSet row = statement.executeQuery(
                    "SELECT t.last_value, k.last_value FROM race.token_id_seq t, race.ticket k")) {
                row.next();
                if (row.getLong(1) < up || row.getLong(2) > down) {
                    wrong.add("sequences stand at " + row.getLong(1) + " and " + row.getLong(2) + ", and have given "
                            + up + " and " + down);
                }
            }
            if (quiet) {
                countersAgree(statement, wrong);
            }
        }
        return wrong;
    }

    private static void look(@Nullable Entry entry, ResultSet row, boolean quiet, List<String> wrong)
            throws SQLException {
        String what = "transaction " + row.getLong(1) + " has " + row.getInt(2) + " rows, " + row.getInt(3)
                + " of them different";
        if (row.getInt(2) != row.getInt(3)) {
            wrong.add(what);
        }
        if (!row.getBoolean(4)) {
            wrong.add(what + ", and some that were rolled back to a savepoint");
        }
        if (entry == null) {
            if (quiet) {
                wrong.add(what + ", and nobody knows of it");
            }
        } else if (entry.outcome() == Outcome.ROLLED_BACK) {
            wrong.add(what + ", and was rolled back");
        } else if (entry.rows() != row.getInt(2)) {
            wrong.add(what + ", and had " + entry.rows() + " (" + entry.outcome() + ")");
        }
    }

    /** Each transaction has counted itself once, by an update. */
    private static void countersAgree(Statement statement, List<String> wrong) throws SQLException {
        try (ResultSet rows = statement.executeQuery("SELECT c.writer, c.n, count(DISTINCT t.tx) FROM race.counter c"
                + " LEFT JOIN race.token t ON t.tx / 1000000 = c.writer GROUP BY c.writer, c.n"
                + " HAVING c.n <> count(DISTINCT t.tx)")) {
            while (rows.next()) {
                wrong.add("writer " + rows.getInt(1) + " has counted " + rows.getLong(2) + " transactions, and has "
                        + rows.getLong(3));
            }
        }
    }
}
