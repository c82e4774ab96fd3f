package dev.godwit.demo.traffic;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The open shop: several clerks at their connections until {@link #close()}. Any thread may ask; one starts and closes.
 */
public final class RentalTraffic implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final SwitchableDatabase database;
    private final Journal journal = new Journal();
    private final List<Clerk> clerks = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean closing;

    private RentalTraffic(SwitchableDatabase database) {
        this.database = database;
    }

    /**
     * Opens the shop.
     *
     * @param database where the clerks get their connections
     * @param connections how many clerks there are
     * @param transactionsPerSecond what they try to do together
     * @param seed chooses their transactions
     */
    public static RentalTraffic start(
            SwitchableDatabase database, int connections, int transactionsPerSecond, long seed) throws SQLException {
        RentalTraffic traffic = new RentalTraffic(database);
        Connection connection = database.connect();
        Shop shop = Shop.open(connection);
        database.release(connection);
        long interval = TimeUnit.SECONDS.toNanos(connections) / transactionsPerSecond;
        for (int number = 1; number <= connections; number++) {
            Pace pace = new Pace(interval, System.nanoTime() + interval * number / connections);
            Counter counter = new Counter(shop, number, seed);
            traffic.employ(new Clerk(number, database, counter, pace, traffic.journal), "clerk-" + number);
        }
        traffic.threads.forEach(Thread::start);
        return traffic;
    }

    private void employ(Clerk clerk, String name) {
        Thread thread = new Thread(clerk, name);
        thread.setDaemon(true);
        clerks.add(clerk);
        threads.add(thread);
    }

    /** Sends every clerk to another server, at once. */
    public void switchTo(SwitchableDatabase.Server server) throws SQLException {
        database.switchTo(server);
    }

    /** Whether the clerks are at work. */
    public boolean isOpen() {
        return !closing;
    }

    public Journal journal() {
        return journal;
    }

    public String serverName() {
        return database.serverName();
    }

    public int connections() {
        return clerks.size();
    }

    @Override
    public void close() {
        end();
    }

    /** Lets every clerk finish the transaction at hand and waits for it. */
    public void end() {
        closing = true;
        clerks.forEach(Clerk::close);
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        for (Thread thread : threads) {
            join(thread, deadline);
        }
    }

    private void join(Thread clerk, long deadline) {
        try {
            clerk.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime())));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (clerk.isAlive()) {
            journal.problem(clerk.getName() + " did not come to an end within " + PATIENCE.toSeconds() + " s");
        }
    }
}
