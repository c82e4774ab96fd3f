package dev.godwit.testkit;

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

    /** The postmaster reads its files before it accepts the next connection, so its log line is enough to wait for. */
    @Override
    public final synchronized void reload() {
        if (!isRunning()) {
            return;
        }
        int before = reloads();
        signalReload();
        await(() -> reloads() > before, "did not reload its configuration");
    }

    private int reloads() {
        return log().split("received SIGHUP", -1).length;
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
