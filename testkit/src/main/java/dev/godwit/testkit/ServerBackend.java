package dev.godwit.testkit;

import java.nio.file.Path;
import java.util.Optional;

/**
 * How a server is run: what differs between an embedded one, one in a container and one that was there before. Thread-safe: what
 * changes the server's state excludes each other, the rest may be called at any time.
 *
 * <p>What a kind of server cannot do fails with an {@link UnsupportedOperationException} that names the kind that can.
 */
interface ServerBackend {
    ServerKind kind();

    ServerAddress address();

    /** Returns when the server accepts connections. */
    void start();

    void stop(StopMode mode);

    boolean isRunning();

    /** Stops the server for good. Does nothing if that was done before. A failure may leave it open, to be closed again. */
    void close();

    /** Whether it cannot be started any more. */
    boolean isClosed();

    /** Takes effect with a reload or a restart. */
    void setParameter(String name, String value);

    void reload();

    /** Replaces pg_hba.conf by these lines after one for the superuser, and reloads it. */
    void hba(String... lines);

    /** Undoes {@link #hba}. */
    void openHba();

    /** Running, and configured as after its first start. What is in its databases is not touched. */
    void resetConfiguration();

    /** All that the server has logged. */
    String log();

    Path logFile();

    Path dataDirectory();

    /**
     * Closes the server and moves its files, if there are any, to a directory that does not exist yet. A failure leaves it stopped, with
     * its files, unless they are there already.
     *
     * @return where they are
     */
    Optional<Path> keep(Path directory);

    /** The process to be seen among this JVM's children; empty if there is none. */
    Optional<Long> process();
}
