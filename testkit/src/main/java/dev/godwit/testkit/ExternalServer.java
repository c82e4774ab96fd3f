package dev.godwit.testkit;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;

/** A server that was there before and stays; named by a URL. The testkit changes only databases of its own making there. */
final class ExternalServer implements ServerBackend {
    static final String PROPERTY = "godwit.testkit.url.";
    static final String VARIABLE = "GODWIT_TESTKIT_URL_";

    /** Number of the advisory lock in database postgres that the JVM which uses the server holds; "godwit" in ASCII. */
    private static final long LOCK = 0x676f64776974L;

    private static final long LOCK_SECONDS = 60;

    /** What the driver takes apart without a word; its log shows whole what it does not understand. */
    private static final Pattern FORM = Pattern.compile("jdbc:postgresql:"
            + "(//([^:/@?,]*|\\[[^/@?,]*])(:[0-9]{1,5})?/)?"
            + "([^%/@?]|%[0-9A-Fa-f]{2})*"
            + "(\\?([^%]|%[0-9A-Fa-f]{2})*)?");

    private final String name;
    private final ServerAddress address;
    private @Nullable Connection guard;

    private ExternalServer(String name, ServerAddress address) {
        this.name = name;
        this.address = address;
    }

    /**
     * Connects and checks the version.
     *
     * @param second whether the second URL of that version is meant
     */
    static ExternalServer connect(String major, boolean second) {
        String variable = VARIABLE + major.replace('.', '_');
        String urls = System.getProperty(PROPERTY + major, System.getenv(variable));
        String[] all = urls == null ? new String[0] : urls.strip().split("\\s+");
        int index = second ? 1 : 0;
        if (all.length <= index || all[index].isEmpty()) {
            throw new TestkitException("No URL of " + (second ? "a second" : "an") + " external PostgreSQL " + major
                    + ": set " + variable + " or -D" + PROPERTY + major + " to jdbc:postgresql://host:port/postgres"
                    + "?user=…&password=…" + (second ? ", and that of the second server after a blank" : ""));
        }
        ExternalServer server = new ExternalServer("external PostgreSQL " + major, parse(all[index], variable));
        server.start();
        try {
            server.requireVersion(major);
            return server;
        } catch (RuntimeException e) {
            server.close();
            throw e;
        }
    }

    private static ServerAddress parse(String url, String variable) {
        Properties parsed = FORM.matcher(url).matches() ? Driver.parseURL(url, null) : null;
        String host = parsed == null ? null : parsed.getProperty("PGHOST");
        if (parsed == null || host == null || host.contains(",")) {
            throw new TestkitException(
                    variable + " or -D" + PROPERTY.substring(0, PROPERTY.length() - 1)
                            + " holds something else than the JDBC URL of one PostgreSQL server (not shown: it may hold a password)");
        }
        int question = url.indexOf('?');
        String parameters = question < 0
                ? ""
                : Stream.of(url.substring(question + 1).split("&"))
                        .filter(parameter -> !parameter.matches("(user|password|ApplicationName)=.*"))
                        .collect(Collectors.joining("&"));
        return new ServerAddress(
                host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host,
                Integer.parseInt(parsed.getProperty("PGPORT", "5432")),
                parsed.getProperty("user", OwnServer.SUPERUSER),
                parsed.getProperty("password", ""),
                parameters.isEmpty() ? "" : "?" + parameters);
    }

    private void requireVersion(String major) {
        try (Connection connection = address.connectOwn("postgres");
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SHOW server_version_num")) {
            row.next();
            int number = Integer.parseInt(row.getString(1));
            String actual = number >= 100_000
                    ? Integer.toString(number / 10_000)
                    : String.format(Locale.ROOT, "%d.%d", number / 10_000, number / 100 % 100);
            if (!actual.equals(major)) {
                throw new TestkitException(
                        "The " + name + " at " + address + " is of version " + actual + "; correct its URL");
            }
        } catch (SQLException e) {
            throw unreachable(e);
        }
    }

    private TestkitException unreachable(SQLException e) {
        return new TestkitException("Cannot use the " + name + " at " + address + ": " + e.getMessage(), e);
    }

    @Override
    public ServerKind kind() {
        return ServerKind.EXTERNAL;
    }

    @Override
    public ServerAddress address() {
        return address;
    }

    /** One JVM at a time uses it, told apart by a lock: another one would drop the databases of this one. */
    @Override
    public synchronized void start() {
        if (guard != null) {
            return;
        }
        try {
            Connection connection = address.connectOwn("postgres");
            if (!lock(connection)) {
                connection.close();
                throw new TestkitException("The " + name + " at " + address
                        + " has been used by another run of tests for " + LOCK_SECONDS + " s; wait for its end");
            }
            guard = connection;
        } catch (SQLException e) {
            throw unreachable(e);
        }
    }

    private static boolean lock(Connection connection) throws SQLException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LOCK_SECONDS);
        try (Statement statement = connection.createStatement()) {
            while (true) {
                try (ResultSet row = statement.executeQuery("SELECT pg_try_advisory_lock(" + LOCK + ")")) {
                    row.next();
                    if (row.getBoolean(1) || System.nanoTime() > deadline) {
                        return row.getBoolean(1);
                    }
                }
                TimeUnit.MILLISECONDS.sleep(100);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public boolean isRunning() {
        return true;
    }

    @Override
    public synchronized void close() {
        Connection held = guard;
        guard = null;
        if (held == null) {
            return;
        }
        try {
            held.close();
        } catch (SQLException e) {
            throw unreachable(e);
        }
    }

    @Override
    public synchronized boolean isClosed() {
        return guard == null;
    }

    @Override
    public void stop(StopMode mode) {
        throw unsupported("stopped");
    }

    @Override
    public void setParameter(String parameter, String value) {
        throw unsupported("configured");
    }

    @Override
    public void reload() {
        throw unsupported("configured");
    }

    @Override
    public void hba(String... lines) {
        throw unsupported("configured");
    }

    @Override
    public void openHba() {
        throw unsupported("configured");
    }

    /** No test can have changed it. */
    @Override
    public void resetConfiguration() {
        start();
    }

    @Override
    public String log() {
        return "";
    }

    @Override
    public Path logFile() {
        throw unsupported("asked for its files");
    }

    @Override
    public Path dataDirectory() {
        throw unsupported("asked for its files");
    }

    private UnsupportedOperationException unsupported(String what) {
        return new UnsupportedOperationException("The " + name + " at " + address + " cannot be " + what
                + " by a test; that takes servers = ServerKind.EMBEDDED");
    }

    @Override
    public Optional<Path> keep(Path directory) {
        return Optional.empty();
    }

    @Override
    public Optional<Long> process() {
        return Optional.empty();
    }
}
