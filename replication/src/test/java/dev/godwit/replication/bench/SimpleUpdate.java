package dev.godwit.replication.bench;

import java.nio.file.Path;
import java.util.Optional;

/** Runs pgbench's simple-update: by pgbench itself, or where there is none by a copy of its statements over JDBC. */
interface SimpleUpdate {

    /**
     * How to run it.
     *
     * @param clients sessions at the same time
     * @param transactions of each client; 0 to go by time
     * @param seconds how long; 0 to go by transactions
     * @param rate transactions a second of all clients, 0 for as many as possible
     * @param synchronous whether a commit waits for the disk
     * @param seed of the random rows
     */
    record Load(int clients, long transactions, int seconds, double rate, boolean synchronous, int seed) {}

    /** Gives transactions per second. */
    double run(Load load) throws Exception;

    String description();

    static SimpleUpdate on(BenchDatabase database, int scale) {
        Optional<Path> program = BenchServers.program("pgbench");
        return program.isPresent() ? new PgbenchProgram(program.get(), database) : new JdbcPgbench(database, scale);
    }
}
