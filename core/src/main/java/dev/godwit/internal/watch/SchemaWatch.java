package dev.godwit.internal.watch;

import dev.godwit.internal.schema.TargetAdjustments;
import dev.godwit.internal.state.StateStore;
import dev.godwit.replication.Publication;
import dev.godwit.replication.RelationName;
import dev.godwit.replication.apply.RelationShapes;
import dev.godwit.schema.Catalog;
import dev.godwit.schema.SchemaDifference;
import dev.godwit.schema.Table;
import dev.godwit.schema.TableName;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Watches the source's schema. What has changed since it was captured counts as carried over as soon as the target has the same;
 * what rewrote rows without a change being sent stays until the table is copied afresh. Safe for use by any thread.
 */
public final class SchemaWatch {
    private static final String ONLY_WRITING =
            "; it was changed on the source in what their versions may write differently, so once the"
                    + " target has the change and this is still said, acknowledge it (acknowledgeSchemaChanges)";

    private final SchemaStore store;
    private final TargetAdjustments adjustments;
    private final String publication;
    private final Predicate<TableName> tables;
    private @Nullable String seen;
    private List<String> open = List.of();

    public SchemaWatch(String migration, StateStore state, Predicate<TableName> tables) throws SQLException {
        this.store = new SchemaStore(migration, state);
        this.adjustments = new TargetAdjustments(migration, state.ownership());
        this.publication = state.record().publication();
        this.tables = tables;
    }

    /** Captures the schema as it is now, before anything else of it is read. */
    public void capture(Connection source, Connection target, Catalog selected) throws SQLException {
        SchemaStore.create(target);
        Set<Long> ids = selected.tables().stream().map(Table::oid).collect(Collectors.toSet());
        Map<Long, SourceTable> now = SourceTable.read(source, publication, ids);
        Map<String, String> definitions = SchemaDifference.definitions(source, tables);
        inTransaction(target, () -> {
            store.storeTables(target, now.values());
            store.replaceObjects(target, definitions);
        });
    }

    /** Captures tables anew that are going to be copied afresh, in the caller's transaction. */
    public synchronized void recapture(Connection source, Connection target, Set<Long> ids) throws SQLException {
        store.storeTables(target, SourceTable.read(source, publication, ids).values());
        seen = null;
    }

    /** Captures under what tables are published, before the slot is made whose stream they are to be in. */
    public synchronized void published(Connection source, Connection target, Set<Long> ids) throws SQLException {
        store.storeMemberships(
                target, SourceTable.read(source, publication, ids).values());
        seen = null;
    }

    /** Notes that tables were copied afresh: their rows are what they should be. */
    public synchronized void copied(Connection target, Collection<Long> ids) throws SQLException {
        store.clearStale(target, ids);
        seen = null;
    }

    /** Gives by one query what tells a changed schema from one that is as it was. */
    public String fingerprint(Connection source) throws SQLException {
        return SourceFingerprint.read(source, publication);
    }

    /** Gives by one query what tells a changed schema from one that is as it was, whatever of it is published. */
    public static String fingerprintOfSchema(Connection source) throws SQLException {
        return SourceFingerprint.read(source, "");
    }

    /** Tells whether it was this schema that somebody looked at last, and nothing was left open then. */
    public synchronized boolean isSettled(String fingerprint) {
        return open.isEmpty() && fingerprint.equals(seen);
    }

    /** Looks at everything; gives what the target lacks of what has changed, in words for people. */
    public synchronized List<String> look(Connection source, Connection target) throws SQLException {
        SchemaStore.create(target);
        RelationShapes.create(target);
        String fingerprint = fingerprint(source);
        List<String> differences = new ArrayList<>(rewrites(source, target));
        for (RelationName table : RelationShapes.of(store.migration()).replaced(source, target)) {
            differences.add("table " + table
                    + ": it was dropped and created again, and its changes are not sent; copy it afresh"
                    + " (copyAfresh)");
        }
        differences.addAll(definitions(source, target));
        open = differences;
        seen = fingerprint;
        return differences;
    }

    /** Refuses as long as the target lacks something of what has changed; gives the fingerprint of what was looked at. */
    public synchronized String requireAgreement(Connection source, Connection target) throws SQLException {
        List<String> differences = look(source, target);
        if (!differences.isEmpty()) {
            throw new IllegalStateException(
                    "the source's schema was changed during the run, and the target's differs:\n  "
                            + String.join("\n  ", differences)
                            + "\nBring it over to the target, or acknowledge it (acknowledgeSchemaChanges), then cut over again");
        }
        return Objects.requireNonNull(seen);
    }

    /** Refuses if the schema is not as it was. */
    public void requireUnchanged(Connection source, String fingerprint) throws SQLException {
        if (!fingerprint(source).equals(fingerprint)) {
            throw new IllegalStateException(
                    "the source's schema was changed while the cutover was under way; look at it, then cut over again");
        }
    }

    /** Takes the source's schema as it is for carried over; gives how many differences that concerns. */
    public synchronized int acknowledge(Connection source, Connection target) throws SQLException {
        List<String> differences = look(source, target);
        Map<String, String> definitions = SchemaDifference.definitions(source, tables);
        inTransaction(target, () -> {
            store.replaceObjects(target, definitions);
            store.clearStale(target);
        });
        open = List.of();
        return differences.size();
    }

    private List<String> rewrites(Connection source, Connection target) throws SQLException {
        Map<Long, SourceTable> known = store.tables(target);
        if (known.values().stream().anyMatch(SourceTable::isPublished)) {
            Publication.requireExists(source, publication);
        }
        Map<Long, SourceTable> now = SourceTable.read(source, publication, known.keySet());
        boolean truncateIsSent = source.getMetaData().getDatabaseMajorVersion() >= SourceTable.TRUNCATE_SENT;
        inTransaction(target, () -> {
            for (SourceTable table : now.values()) {
                SourceTable before = Objects.requireNonNull(known.get(table.id()));
                if (!table.equals(before)) {
                    String reason = table.rewrittenSince(before, truncateIsSent).orElse(null);
                    if (reason != null) {
                        store.markStale(target, table.id(), reason);
                    }
                    store.storeTables(target, List.of(table));
                }
            }
        });
        List<String> stale = new ArrayList<>();
        Map<Long, String> names = TableNames.read(source, known.keySet());
        store.stale(target)
                .forEach((id, reason) -> stale.add("table " + names.getOrDefault(id, "with OID " + id) + ": " + reason
                        + "; copy it afresh (copyAfresh)"));
        return stale;
    }

    private List<String> definitions(Connection source, Connection target) throws SQLException {
        Map<String, String> known = store.objects(target);
        Map<String, String> now = SchemaDifference.definitions(source, tables);
        if (known.isEmpty()) {
            // Recorded before schemas were captured: from now on.
            inTransaction(target, () -> store.replaceObjects(target, now));
            return List.of();
        }
        Set<String> changed = changed(known, now);
        if (changed.isEmpty()) {
            return List.of();
        }
        // When triggers and rules fire and identities refuse values is the cutover's to bring over.
        Set<String> followed = adjustments.follow(source, target, changed);
        List<String> differences = new ArrayList<>();
        Map<String, String> accepted = new TreeMap<>(now);
        Set<String> notComparable = isSameMajor(source, target) ? Set.of() : SchemaDifference.notComparable(known, now);
        for (SchemaDifference difference : SchemaDifference.between(source, target, tables, notComparable)) {
            String object = difference.object();
            if (changed.contains(object) && !followed.contains(object)) {
                differences.add(
                        difference.describe("source", "target") + (notComparable.contains(object) ? ONLY_WRITING : ""));
                restore(accepted, object, known.get(object));
            }
        }
        inTransaction(target, () -> store.replaceObjects(target, accepted));
        return differences;
    }

    private static boolean isSameMajor(Connection source, Connection target) throws SQLException {
        return source.getMetaData().getDatabaseMajorVersion()
                == target.getMetaData().getDatabaseMajorVersion();
    }

    private static Set<String> changed(Map<String, String> known, Map<String, String> now) {
        Set<String> objects = new TreeSet<>(known.keySet());
        objects.addAll(now.keySet());
        objects.removeIf(object -> Objects.equals(known.get(object), now.get(object)));
        return new HashSet<>(objects);
    }

    private static void restore(Map<String, String> accepted, String object, @Nullable String definition) {
        if (definition == null) {
            accepted.remove(object);
        } else {
            accepted.put(object, definition);
        }
    }

    private interface Work {
        void run() throws SQLException;
    }

    private static void inTransaction(Connection target, Work work) throws SQLException {
        boolean own = target.getAutoCommit();
        if (own) {
            target.setAutoCommit(false);
        }
        try {
            work.run();
            if (own) {
                target.commit();
            }
        } finally {
            if (own) {
                target.rollback();
                target.setAutoCommit(true);
            }
        }
    }
}
