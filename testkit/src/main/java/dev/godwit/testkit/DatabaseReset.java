package dev.godwit.testkit;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes a database away with everything that would keep PostgreSQL from dropping it. */
final class DatabaseReset {
    private static final Logger LOG = LoggerFactory.getLogger(DatabaseReset.class);
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private DatabaseReset() {}

    static void drop(PostgresServer server, String name) {
        String literal = Sql.literal(name);
        String identifier = Sql.identifier(name);
        if (server.query("postgres", "SELECT 1 FROM pg_database WHERE datname = " + literal)
                .isEmpty()) {
            return;
        }
        server.execute("postgres", "UPDATE pg_database SET datistemplate = false WHERE datname = " + literal);
        for (String gid : server.query("postgres", "SELECT gid FROM pg_prepared_xacts WHERE database = " + literal)) {
            server.execute(name, "ROLLBACK PREPARED " + Sql.literal(gid));
        }
        server.execute("postgres", "ALTER DATABASE " + identifier + " ALLOW_CONNECTIONS false");
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (true) {
            server.execute(
                    "postgres",
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = " + literal,
                    "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE NOT active AND database = "
                            + literal);
            if (unused(server, literal)) {
                server.execute("postgres", "DROP DATABASE " + identifier);
                return;
            }
            if (System.nanoTime() > deadline) {
                throw new TestkitException("Sessions of database " + name + " on " + server
                        + " survive their termination: "
                        + server.query("postgres", "SELECT query FROM pg_stat_activity WHERE datname = " + literal));
            }
            pause();
        }
    }

    private static boolean unused(PostgresServer server, String literal) {
        List<String> users = server.query(
                "postgres",
                "SELECT pid FROM pg_stat_activity WHERE datname = " + literal
                        + " UNION ALL SELECT active_pid FROM pg_replication_slots WHERE database = " + literal);
        LOG.trace("Still using {}: {}", literal, users);
        return users.isEmpty();
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(10);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TestkitException("Interrupted while dropping a database", e);
        }
    }
}
