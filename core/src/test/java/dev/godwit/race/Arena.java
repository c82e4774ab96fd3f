package dev.godwit.race;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.testkit.DatabaseComparison;
import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.PostgresServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;

/**
 * Two servers, clients that write to the one that is open, and others that try to write to both all the time. The one that is not
 * open is closed for all who do not insist. Safe for use by any thread, but for what moves traffic.
 */
final class Arena implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final int TWO_PHASES = 20;
    private static final String CONTENTS = "SELECT count(*) || ' ' || coalesce(sum(id), 0) FROM race.token";

    private static final String[] TABLES = {
        "CREATE SCHEMA race",
        "CREATE SEQUENCE race.ticket INCREMENT -3 START -1",
        "CREATE TABLE race.token (id bigserial PRIMARY KEY, tx bigint NOT NULL, n int NOT NULL, kept boolean NOT NULL)",
        "CREATE TABLE race.counter (writer int PRIMARY KEY, n bigint NOT NULL)",
        "CREATE TABLE race.entry (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, tx bigint NOT NULL)",
        "CREATE FUNCTION race.enter() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
                + " INSERT INTO race.entry (tx) VALUES (new.tx); RETURN NULL; END $$",
        "CREATE TRIGGER enter AFTER INSERT ON race.token FOR EACH ROW WHEN (new.n = 0) EXECUTE FUNCTION race.enter()",
        "ALTER TABLE race.token ENABLE ALWAYS TRIGGER enter",
    };

    private final Side first;
    private final Side second;
    private final Journal journal = new Journal();
    private final Timeline timeline;
    private final Queue<String> differences = new ConcurrentLinkedQueue<>();
    private final List<Thread> writers = new ArrayList<>();
    private final List<Thread> probers = new ArrayList<>();
    private volatile Side open;
    private final AtomicInteger round = new AtomicInteger();
    private volatile boolean writing = true;
    private volatile boolean up = true;
    private volatile String atSwitch = "";

    Arena(PostgresPair pair, int clients, long seed) throws Exception {
        for (PostgresServer server : List.of(pair.source(), pair.target())) {
            server.setParameter("max_prepared_transactions", Integer.toString(TWO_PHASES));
            server.restart();
            server.execute("postgres", "CREATE ROLE clerk LOGIN");
        }
        first = new Side("the first server", pair.source());
        second = new Side("the second server", pair.target());
        open = first;
        timeline = new Timeline(first);
        pair.source().execute(PostgresPair.DATABASE, TABLES);
        pair.source()
                .execute(
                        PostgresPair.DATABASE,
                        "INSERT INTO race.counter SELECT i, 0 FROM generate_series(1, " + clients + ") i");
        first.grant();
        second.renew();
        for (int number = 1; number <= clients; number++) {
            start(writers, "writer-" + number, new Writer(this, number, kind(number), seed));
        }
        int number = 0;
        for (Side side : List.of(first, second)) {
            for (String role : List.of("postgres", Side.CLERK)) {
                start(probers, "prober", new Prober(this, side, role, true, number++));
                start(probers, "prober", new Prober(this, side, role, false, number++));
            }
        }
        awaitWrites(50);
    }

    private static Writer.Kind kind(int number) {
        return switch (number % 8) {
            case 2 -> Writer.Kind.STUCK;
            case 5 -> Writer.Kind.LOYAL;
            case 7 -> number < 16 ? Writer.Kind.PREPARER : Writer.Kind.FOLLOWER;
            default -> Writer.Kind.FOLLOWER;
        };
    }

    private static void start(List<Thread> threads, String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        threads.add(thread);
        thread.start();
    }

    Journal journal() {
        return journal;
    }

    Timeline timeline() {
        return timeline;
    }

    /** Gives where traffic is. */
    Side open() {
        return open;
    }

    /** Gives the side where traffic is not. */
    Side closed() {
        return open == first ? second : first;
    }

    int round() {
        return round.get();
    }

    /** Tells whether clients go on. */
    boolean isWriting() {
        return writing;
    }

    /** Tells whether anything goes on. */
    boolean isUp() {
        return up;
    }

    /** Requires that clients are confirmed so many transactions more, wherever traffic is. */
    void awaitWrites(int transactions) {
        int goal = journal.acknowledged() + transactions;
        Awaitility.await("acknowledged transactions")
                .atMost(LIMIT)
                .pollInterval(Duration.ofMillis(5))
                .until(() -> journal.acknowledged() >= goal);
    }

    /** The closed side begins anew, empty, to be the next target; who stayed with it goes to where traffic is. */
    Side renew() {
        Side next = closed();
        if (!atSwitch.isEmpty()) {
            assertThat(next.ask(CONTENTS))
                    .as("what is on %s, closed since the switch", next)
                    .isEqualTo(atSwitch);
        }
        round.incrementAndGet();
        next.renew();
        return next;
    }

    /**
     * As a switch of traffic does: compares both sides, of which nobody can write to either, and lets clients go to the other. Has no
     * effect the second time.
     */
    void switchTraffic(Side to) throws SQLException {
        Side from = open;
        if (from == to) {
            return;
        }
        compare(from, to);
        to.open();
        open = to;
    }

    private void compare(Side from, Side to) throws SQLException {
        differences.addAll(DatabaseComparison.between(
                        from.server().dataSource(PostgresPair.DATABASE),
                        to.server().dataSource(PostgresPair.DATABASE))
                .run()
                .differences());
        atSwitch = from.ask(CONTENTS);
        timeline.move(to);
    }

    /** Before a rollback opens the old server: nobody can write to either side. */
    void beforeRollback(Side old) throws SQLException {
        compare(open, old);
    }

    /** A rollback has opened the old server: clients go back to it. */
    void rolledBack(Side old) {
        open = old;
    }

    /** A switch that fails after a while, in which the source has to be closed. */
    void failToSwitch(Duration closed) throws InterruptedException {
        long since = System.nanoTime();
        TimeUnit.NANOSECONDS.sleep(closed.toNanos());
        timeline.closedSince(since);
        throw new IllegalStateException("traffic could not be switched");
    }

    /** Looks at everything while clients go on. */
    void check() throws SQLException {
        check(false);
    }

    /** Ends the clients, and looks at everything. */
    void finish() throws Exception {
        writing = false;
        join(writers);
        up = false;
        join(probers);
        check(true);
        assertThat(open.ask("SELECT count(*) FROM race.token t FULL JOIN race.entry e ON e.tx = t.tx"
                        + " WHERE (t.n = 0 OR t.n IS NULL) AND (t.tx IS NULL OR e.tx IS NULL)"))
                .as("transactions without entry, entries without transaction")
                .isEqualTo("0");
    }

    private void check(boolean quiet) throws SQLException {
        assertThat(differences).as("differences at the switch").isEmpty();
        assertThat(timeline.offences()).as("writes to a closed side").isEmpty();
        try (Connection connection = open.connect("postgres", "")) {
            assertThat(journal.check(connection, quiet)).as("on %s", open).isEmpty();
        }
    }

    private static void join(List<Thread> threads) throws InterruptedException {
        for (Thread thread : threads) {
            thread.join(LIMIT.toMillis());
            assertThat(thread.isAlive()).as("%s is alive", thread.getName()).isFalse();
        }
    }

    @Override
    public void close() {
        writing = false;
        up = false;
        try {
            join(writers);
            join(probers);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            first.close();
            second.close();
        }
    }
}
