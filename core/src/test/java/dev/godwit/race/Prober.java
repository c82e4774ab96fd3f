package dev.godwit.race;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Tries all the time to write to one side, whether that is open or not, and notes when it could. Runs on a thread of its own. */
final class Prober implements Runnable {
    private static final String IN_TIME = "-c lock_timeout=100ms -c statement_timeout=5s";
    private static final int MILLIS_BETWEEN = 8;
    private static final int MILLIS_BETWEEN_SESSIONS = 90;
    private static final long FIRST = 900_000_000_000L;
    private static final long OF_ONE = 1_000_000_000L;

    private final Arena arena;
    private final Side side;
    private final String role;
    private final boolean kept;
    private final String name;
    private long tx;

    @Nullable
    private Connection connection;

    /**
     * Makes one.
     *
     * @param kept whether it stays connected as long as the server lets it
     */
    Prober(Arena arena, Side side, String role, boolean kept, int number) {
        this.arena = arena;
        this.side = side;
        this.role = role;
        this.kept = kept;
        this.name = role + (kept ? ", connected since long," : ", connected anew,");
        this.tx = FIRST + number * OF_ONE;
    }

    @Override
    public void run() {
        try {
            while (arena.isUp()) {
                probe();
                TimeUnit.MILLISECONDS.sleep(kept ? MILLIS_BETWEEN : MILLIS_BETWEEN_SESSIONS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            forget();
        }
    }

    private void probe() {
        long mine = ++tx;
        long begin = System.nanoTime();
        boolean asked = false;
        try {
            Connection open = connection();
            try (PreparedStatement statement =
                    open.prepareStatement("INSERT INTO race.token (tx, n, kept) VALUES (?, 0, true) RETURNING id")) {
                asked = true;
                statement.setLong(1, mine);
                try (ResultSet row = statement.executeQuery()) {
                    long end = System.nanoTime();
                    row.next();
                    arena.journal().acknowledged(mine, 1);
                    arena.journal().drew(row.getLong(1));
                    arena.timeline().wrote(side, name, begin, end);
                }
            }
            if (!kept) {
                forget();
            }
        } catch (SQLException e) {
            note(mine, asked, e);
        }
    }

    /** An error that the server tells is the end of the statement; a connection that breaks leaves it open. */
    private void note(long mine, boolean asked, SQLException e) {
        String state = String.valueOf(e.getSQLState());
        boolean told = !state.startsWith("08");
        if (asked) {
            if (told) {
                arena.journal().rolledBack(mine);
            } else {
                arena.journal().unknown(mine, 1);
            }
        }
        if (!told || state.startsWith("57P") || !kept) {
            forget();
        }
    }

    private Connection connection() throws SQLException {
        Connection open = connection;
        if (open == null || open.isClosed()) {
            open = side.connect(role, IN_TIME);
            connection = open;
        }
        return open;
    }

    private void forget() {
        Connection open = connection;
        connection = null;
        if (open != null) {
            try {
                open.abort(Runnable::run);
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
