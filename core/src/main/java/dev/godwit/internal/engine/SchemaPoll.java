package dev.godwit.internal.engine;

import dev.godwit.event.MigrationEvent;
import dev.godwit.schema.TableName;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks at the source's schema now and then, and tells when something has changed. Used by the run's thread. */
final class SchemaPoll {
    private static final Logger LOG = LoggerFactory.getLogger(SchemaPoll.class);
    /** While the target lacks something, whoever brings it over needs a moment. */
    private static final int PATIENCE = 6;

    private static final String TABLES = "SELECT n.nspname, c.relname FROM pg_catalog.pg_class c"
            + " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
            + " WHERE c.relkind IN ('r', 'p') AND c.relpersistence <> 't' AND n.nspname !~ '^pg_'"
            + " AND n.nspname <> 'information_schema' AND n.nspname <> 'godwit'"
            + " AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE e.classid = 'pg_catalog.pg_class'::regclass"
            + " AND e.objid = c.oid AND e.deptype = 'e') ORDER BY 1, 2";

    private final RunContext context;
    /** What was told of last. */
    @Nullable
    private String polled;

    private List<String> told = List.of();
    private List<String> toldTables = List.of();
    private boolean renamed;
    private long dueNanos = System.nanoTime();

    SchemaPoll(RunContext context) {
        this.context = context;
    }

    boolean isDue(long nanos) {
        return nanos - dueNanos >= 0;
    }

    /** Tells whether tables have other names by now, on both sides, than the run knows them by, which begins anew with these. */
    boolean hasRenamed() {
        return renamed;
    }

    void poll(Connection source) throws SQLException {
        long interval = context.plan().apply().schemaCheckInterval().toNanos();
        dueNanos = System.nanoTime() + interval;
        String fingerprint = context.watch().fingerprint(source);
        // Others look as well, who tell nobody.
        if (fingerprint.equals(polled) && context.watch().isSettled(fingerprint)) {
            return;
        }
        List<String> differences;
        try (Connection target = context.plan().target().open()) {
            differences = context.watch().look(source, target);
            renamed = !new RenamedTables(context.plan().name(), context.state())
                    .onBothSides(source, target)
                    .isEmpty();
        }
        tell(differences);
        tellTables(created(source));
        polled = fingerprint;
        dueNanos = System.nanoTime() + (differences.isEmpty() ? interval : interval * PATIENCE);
    }

    private void tell(List<String> differences) {
        if (differences.equals(told)) {
            return;
        }
        told = differences;
        String name = context.plan().name();
        if (differences.isEmpty()) {
            LOG.info("{}: the target has what was changed in the source's schema", name);
        } else {
            LOG.warn("{}: the source's schema was changed: {}", name, String.join("; ", differences));
        }
        context.publish(new MigrationEvent.SourceSchemaChanged(name, Instant.now(), differences));
    }

    private List<String> created(Connection source) throws SQLException {
        Set<TableName> known = context.state().tables().all();
        List<String> created = new ArrayList<>();
        try (Statement statement = source.createStatement();
                ResultSet row = statement.executeQuery(TABLES)) {
            while (row.next()) {
                TableName table = new TableName(row.getString(1), row.getString(2));
                if (context.selection().test(table) && !known.contains(table)) {
                    created.add(table.toString());
                }
            }
        }
        return created;
    }

    private void tellTables(List<String> created) {
        if (!created.equals(toldTables)) {
            toldTables = created;
            if (!created.isEmpty()) {
                LOG.warn(
                        "{}: tables were created on the source and are not migrated: {}",
                        context.plan().name(),
                        created);
            }
            context.publish(new MigrationEvent.TablesCreated(context.plan().name(), Instant.now(), created));
        }
    }
}
