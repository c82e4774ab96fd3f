package dev.godwit.testkit;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** A server that the testkit has started, and may configure and stop as it likes. Thread-safe. */
abstract class OwnServer implements ServerBackend {
    static final String SUPERUSER = "postgres";

    /** Something is applied of files that are read, be it that some parameters wait for a restart. */
    private static final String LAST_RELOAD =
            "SELECT (pg_conf_load_time() AT TIME ZONE 'UTC')::text, (SELECT string_agg(concat_ws(' ', sourcefile,"
                    + " 'line ' || sourceline, name, error), ', ') FROM pg_file_settings"
                    + " WHERE error IS NOT NULL HAVING NOT EXISTS (SELECT 1 FROM pg_file_settings WHERE applied))";

    static final Duration LIMIT = Duration.ofSeconds(60);

    final String name;
    private final Map<String, String> initialParameters;
    private final Map<String, String> parameters;
    private boolean hbaIsOpen = true;

    OwnServer(String name, Map<String, String> parameters) {
        this.name = name;
        this.initialParameters = Map.copyOf(parameters);
        this.parameters = new LinkedHashMap<>(parameters);
    }

    /** Writes the file of parameters that the server reads. */
    abstract void writeParameters(Map<String, String> parameters);

    /** Replaces pg_hba.conf. */
    abstract void writeHba(List<String> lines);

    /** Forgets what ALTER SYSTEM wrote; true if there was something. */
    abstract boolean discardAlterSystem();

    /** Tells the server to read its files again. */
    abstract void signalReload();

    /** First field after the user of each line for clients: where they come from. */
    abstract List<String> clients();

    @Override
    public final synchronized void setParameter(String parameter, String value) {
        parameters.put(parameter, value);
        writeParameters();
    }

    @Override
    public final synchronized void resetConfiguration() {
        boolean changed = !parameters.equals(initialParameters);
        if (changed) {
            parameters.clear();
            parameters.putAll(initialParameters);
            writeParameters();
        }
        if (discardAlterSystem() || changed) {
            stop(StopMode.FAST);
        }
        start();
        openHba();
    }

    final synchronized void writeParameters() {
        writeParameters(parameters);
    }

    @Override
    public final synchronized void hba(String... lines) {
        List<String> all = new ArrayList<>();
        clients().forEach(client -> all.add("host all " + SUPERUSER + " " + client + " trust"));
        all.addAll(List.of(lines));
        hbaIsOpen = false;
        writeHba(all);
        reload();
    }

    @Override
    public final synchronized void openHba() {
        if (!hbaIsOpen) {
            hbaIsOpen = true;
            writeOpenHba();
            reload();
        }
    }

    final void writeOpenHba() {
        List<String> lines = new ArrayList<>();
        clients().forEach(client -> lines.add("host all all " + client + " trust"));
        clients().forEach(client -> lines.add("host replication all " + client + " trust"));
        writeHba(lines);
    }

    /** The postmaster reads all its files before it accepts the next connection, which tells when that was. */
    @Override
    public final synchronized void reload() {
        if (!isRunning()) {
            return;
        }
        String before = lastReload();
        signalReload();
        await(() -> !lastReload().equals(before), "did not reload its configuration");
    }

    /**
     * When the files were read that new sessions go by. Of a file with an error that keeps all of them from being read, nothing would ever
     * tell.
     */
    private String lastReload() {
        try (Connection connection = address().connectOwn("postgres");
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(LAST_RELOAD)) {
            row.next();
            String error = row.getString(2);
            if (error != null) {
                throw new TestkitException(name + " cannot read its configuration again: " + error
                        + "; correct what setParameter or ALTER SYSTEM wrote");
            }
            return row.getString(1);
        } catch (SQLException e) {
            throw new TestkitException(name + " does not tell when it read its configuration: " + e.getMessage(), e);
        }
    }

    final void await(BooleanSupplier condition, String problem) {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new TestkitException(name + " " + problem + " within " + LIMIT + ":\n" + log());
            }
            try {
                TimeUnit.MILLISECONDS.sleep(10);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new TestkitException("Interrupted: " + name + " " + problem, e);
            }
        }
    }

    /** A file of parameters, as postgresql.conf has them. */
    static String parameterFile(Map<String, String> parameters) {
        StringBuilder settings = new StringBuilder();
        parameters.forEach((parameter, value) -> settings.append(parameter)
                .append(" = '")
                .append(value.replace("\\", "\\\\").replace("'", "''"))
                .append("'\n"));
        return settings.toString();
    }
}
