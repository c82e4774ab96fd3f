package dev.godwit.bench;

import dev.godwit.schema.SchemaPlan;
import dev.godwit.schema.SchemaPreparers;
import dev.godwit.schema.SchemaStage;
import dev.godwit.schema.SchemaStep;
import dev.godwit.schema.TableName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyOut;

/**
 * What a copy cannot do without, each part alone with two connections: COPY out to nothing, COPY in from files on the target's host,
 * and the builds of indexes and keys. The sum of the three.
 */
final class PartsCopier implements Copier, AutoCloseable {
    private final CopyServers servers;
    private final Map<String, Path> files = new HashMap<>();

    PartsCopier(CopyServers servers) {
        this.servers = servers;
    }

    private interface Work {
        void run(Connection connection, String item) throws Exception;
    }

    @Override
    public double copy(String from, String to) throws Exception {
        List<String> tables = servers.source()
                .query(
                        from,
                        "SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class c JOIN pg_namespace n"
                                + " ON n.oid = c.relnamespace WHERE n.nspname = 'public' AND c.relkind = 'r'"
                                + " ORDER BY pg_total_relation_size(c.oid) DESC");
        Path directory = files.computeIfAbsent(from, name -> unload(name, tables));
        SchemaPlan plan = plan(from, to);
        execute(to, plan.steps(SchemaStage.BEFORE_COPY));
        double seconds = time(servers.source().dataSource(from)::getConnection, tables, PartsCopier::discard);
        seconds += time(
                servers.target().dataSource(to)::getConnection,
                tables,
                (connection, table) ->
                        statement(connection, "COPY " + table + " FROM '" + directory.resolve(table) + "'"));
        Map<String, List<SchemaStep>> byTable = plan.steps(SchemaStage.AFTER_TABLE_COPY).stream()
                .collect(Collectors.groupingBy(
                        step -> step.table().map(TableName::toString).orElse("")));
        seconds += time(
                servers.target().dataSource(to)::getConnection,
                tables,
                (connection, table) -> run(connection, byTable.getOrDefault(table, List.of())));
        long started = System.nanoTime();
        byTable.keySet().removeAll(tables);
        for (List<SchemaStep> rest : byTable.values()) {
            execute(to, rest);
        }
        return seconds + (System.nanoTime() - started) / 1e9;
    }

    /** Not part of the time: what lies on the disk already. */
    private Path unload(String database, List<String> tables) {
        try {
            Path directory = Files.createTempDirectory(
                    "godwit-parts", PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxrwxrwx")));
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
            for (String table : tables) {
                servers.source().execute(database, "COPY " + table + " TO '" + directory.resolve(table) + "'");
            }
            return directory;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private SchemaPlan plan(String from, String to) throws SQLException {
        try (Connection source = servers.source().connect(from);
                Connection target = servers.target().connect(to)) {
            source.setAutoCommit(false);
            target.setAutoCommit(false);
            return SchemaPreparers.fromCatalog().plan(source, target, table -> true);
        }
    }

    private void execute(String database, Collection<SchemaStep> steps) throws SQLException {
        try (Connection target = servers.target().connect(database)) {
            run(target, steps);
        }
    }

    private static void run(Connection connection, Collection<SchemaStep> steps) throws SQLException {
        connection.setAutoCommit(false);
        for (SchemaStep step : steps) {
            statement(connection, step.sql());
            connection.commit();
        }
        connection.setAutoCommit(true);
    }

    private static void statement(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static void discard(Connection connection, String table) throws SQLException {
        CopyOut out = connection.unwrap(PGConnection.class).getCopyAPI().copyOut("COPY " + table + " TO STDOUT");
        byte[] row = out.readFromCopy();
        while (row != null) {
            row = out.readFromCopy();
        }
    }

    private interface Opening {
        Connection open() throws SQLException;
    }

    private static double time(Opening opening, List<String> items, Work work) throws Exception {
        Queue<String> queue = new ConcurrentLinkedQueue<>(items);
        ExecutorService workers = Executors.newFixedThreadPool(CopyServers.WORKERS);
        long started = System.nanoTime();
        try {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < CopyServers.WORKERS; i++) {
                running.add(workers.submit(() -> {
                    try (Connection connection = opening.open()) {
                        String item = queue.poll();
                        while (item != null) {
                            work.run(connection, item);
                            item = queue.poll();
                        }
                    }
                    return null;
                }));
            }
            for (Future<?> future : running) {
                future.get();
            }
            return (System.nanoTime() - started) / 1e9;
        } finally {
            workers.shutdownNow();
        }
    }

    @Override
    public void close() {
        files.values().forEach(Scratch::delete);
    }

    @Override
    public String description() {
        return "COPY out to nothing, COPY in from files, builds of indexes: the sum of the three";
    }
}
