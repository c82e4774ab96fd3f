package dev.godwit.replication.bench;

import dev.godwit.replication.Lsn;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.replication.LogSequenceNumber;
import org.postgresql.replication.PGReplicationStream;

/** Reads the same stream and throws it away: no subscriber can be faster. */
final class LimitContender implements Contender {

    private static final int LIMIT_MINUTES = 15;

    private final String name;
    private final Optional<Path> program = BenchServers.program("pg_recvlogical");

    LimitContender(String name) {
        this.name = name;
    }

    @Override
    public String name() {
        return name;
    }

    private boolean binary() {
        return name.equals(BenchOptions.LIMIT_BINARY);
    }

    /** What reads, for the head of the results. */
    String description() {
        return program.map(Path::toString).orElse("a JDBC stream, there being no pg_recvlogical");
    }

    @Override
    public Running prepare(BenchDatabase database, Lsn slotPosition) throws SQLException {
        if (program.isEmpty()) {
            return new Stream(database.source().openReplication(), slotPosition);
        }
        List<String> command = new ArrayList<>(List.of(program.get().toString(), "--start", "--no-loop"));
        command.addAll(List.of(
                "-h", "127.0.0.1", "-p", "" + database.servers().source().port()));
        command.addAll(List.of("-U", database.servers().source().superuser(), "-d", database.name()));
        command.addAll(List.of("-S", BenchDatabase.slot(name), "-f", "/dev/null", "-o", "proto_version=" + protocol()));
        command.addAll(List.of("-o", "publication_names=" + BenchDatabase.PUBLICATION));
        if (binary()) {
            command.addAll(List.of("-o", "binary=true"));
        }
        return new Program(command);
    }

    private static int protocol() {
        return 1;
    }

    /** The end must be on its command line, so it starts in {@link #await}. */
    private static final class Program implements Running {

        private final List<String> command;

        Program(List<String> command) {
            this.command = command;
        }

        @Override
        public void start() {}

        @Override
        public void await(BenchDatabase.BacklogEnd end) throws IOException, InterruptedException {
            command.add("--endpos=" + end.lsn());
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.INHERIT)
                    .start();
            if (!process.waitFor(LIMIT_MINUTES, TimeUnit.MINUTES) || process.exitValue() != 0) {
                process.destroyForcibly();
                throw new IllegalStateException(String.join(" ", command) + " did not end well");
            }
        }

        @Override
        public void close() {}
    }

    private final class Stream implements Running {

        private final Connection connection;
        private final Lsn from;
        private @Nullable PGReplicationStream stream;

        Stream(Connection connection, Lsn from) {
            this.connection = connection;
            this.from = from;
        }

        @Override
        public void start() throws SQLException {
            stream = connection
                    .unwrap(PGConnection.class)
                    .getReplicationAPI()
                    .replicationStream()
                    .logical()
                    .withSlotName(BenchDatabase.slot(name))
                    .withSlotOption("proto_version", protocol())
                    .withSlotOption("publication_names", BenchDatabase.PUBLICATION)
                    .withSlotOption("binary", binary())
                    .withStartPosition(LogSequenceNumber.valueOf(from.value()))
                    .withAutomaticFlush(false)
                    .start();
        }

        @Override
        public void await(BenchDatabase.BacklogEnd end) throws SQLException {
            PGReplicationStream started = stream;
            if (started == null) {
                throw new IllegalStateException("not started");
            }
            long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(LIMIT_MINUTES);
            while (true) {
                if (started.readPending() == null) {
                    if (!end.lsn().isAfter(new Lsn(started.getLastReceiveLSN().asLong()))) {
                        return;
                    }
                    if (System.nanoTime() > deadline) {
                        throw new IllegalStateException("the backlog was not read in time");
                    }
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
                }
            }
        }

        @Override
        public void close() throws SQLException {
            connection.close();
        }
    }
}
