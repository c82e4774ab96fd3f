package dev.godwit.internal.schema;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What a migration created on its target, and nothing else: an object is its own if a schema step of its name is marked as done and it
 * was not there before the first step ran. The first alone would not do, since a schema or an extension is created only where it is
 * missing and a function may be replaced; the second alone would take what somebody else has created since.
 *
 * <p>Used by one thread, with a connection in auto-commit mode.
 *
 * @param migration the migration's name
 */
public record CreatedObjects(String migration) {

    /** Remembers what is there, in one statement, so that it is all or nothing. */
    private static final String REMEMBER = "INSERT INTO godwit.baseline (migration, catalog, oids)\n"
            + "SELECT ?, b.catalog, b.oids FROM (" + CreatedKind.contents() + ") b ON CONFLICT DO NOTHING";

    /** What a step has created, as the server calls it. */
    private record Created(String type, String identity) {
        String label() {
            return type + " " + identity;
        }

        boolean isTable() {
            return type.equals("table");
        }
    }

    /** Remembers what is on the target before the first step; without effect if that is remembered already. */
    public void rememberBaseline(Connection target) throws SQLException {
        try (PreparedStatement statement = target.prepareStatement(REMEMBER)) {
            statement.setString(1, migration);
            statement.executeUpdate();
        }
    }

    /**
     * Drops what the migration created, never with CASCADE, the youngest first, and again as long as something goes.
     *
     * @param removed gets what is gone
     * @param left gets what is not, and why
     * @return the tables among these
     */
    public Set<String> drop(Connection target, List<String> removed, List<String> left) throws SQLException {
        List<Created> open = existing(target);
        dropForeignKeys(target, open);
        Map<Created, String> reasons = new LinkedHashMap<>();
        int before = -1;
        while (before != open.size()) {
            before = open.size();
            List<Created> rest = new ArrayList<>();
            for (Created object : open) {
                Optional<String> reason = tryToDrop(target, object);
                if (reason.isPresent()) {
                    reasons.put(object, reason.get());
                    rest.add(object);
                } else {
                    removed.add(object.label() + " on the target");
                }
            }
            open = rest;
        }
        for (Created object : open) {
            left.add(object.label() + " on the target: " + reasons.get(object)
                    + "; drop it by hand once nothing needs it");
        }
        return open.stream().filter(Created::isTable).map(Created::identity).collect(Collectors.toSet());
    }

    /** Gives what the migration created and is still there, the youngest first. */
    private List<Created> existing(Connection target) throws SQLException {
        List<String> ids = new ArrayList<>();
        try (PreparedStatement query =
                target.prepareStatement("SELECT id FROM godwit.schema_step WHERE migration = ? ORDER BY done DESC")) {
            query.setString(1, migration);
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    ids.add(row.getString(1));
                }
            }
        }
        List<Created> existing = new ArrayList<>();
        for (String id : ids) {
            for (CreatedKind kind : CreatedKind.values()) {
                if (id.startsWith(kind.prefix())) {
                    find(target, kind, id.substring(kind.prefix().length())).ifPresent(existing::add);
                    break;
                }
            }
        }
        return existing;
    }

    private Optional<Created> find(Connection target, CreatedKind kind, String name) throws SQLException {
        String catalog = kind.catalog();
        if (catalog == null) {
            return Optional.empty();
        }
        try (PreparedStatement query = target.prepareStatement("SELECT i.type, i.identity FROM pg_catalog." + catalog
                + " o, godwit.baseline b, pg_identify_object('pg_catalog." + catalog + "'::regclass, o.oid, 0) i"
                + " WHERE o.oid = " + kind.lookup() + " AND " + kind.condition()
                + " AND b.migration = ? AND b.catalog = ? AND o.oid <> ALL (coalesce(b.oids, '{}'))")) {
            query.setString(1, name);
            query.setString(2, migration);
            query.setString(3, catalog);
            try (ResultSet row = query.executeQuery()) {
                return row.next() ? Optional.of(new Created(row.getString(1), row.getString(2))) : Optional.empty();
            }
        } catch (SQLException e) {
            if (String.valueOf(e.getSQLState()).startsWith("42") || "3F000".equals(e.getSQLState())) {
                // Not what a step of the catalog's preparer is called.
                return Optional.empty();
            }
            throw e;
        }
    }

    /** Tables may refer to each other in circles; those that refer to an own table from outside keep it. */
    private static void dropForeignKeys(Connection target, List<Created> objects) throws SQLException {
        for (Created table : objects) {
            if (!table.isTable()) {
                continue;
            }
            List<String> keys = new ArrayList<>();
            try (PreparedStatement query = target.prepareStatement(
                    "SELECT quote_ident(conname)"
                            + " FROM pg_catalog.pg_constraint WHERE contype = 'f' AND coninhcount = 0 AND conrelid = to_regclass(?)")) {
                query.setString(1, table.identity());
                try (ResultSet row = query.executeQuery()) {
                    while (row.next()) {
                        keys.add(row.getString(1));
                    }
                }
            }
            for (String key : keys) {
                execute(target, "ALTER TABLE " + table.identity() + " DROP CONSTRAINT IF EXISTS " + key);
            }
        }
    }

    /** Gives why it could not be dropped; empty if it is gone. */
    private static Optional<String> tryToDrop(Connection target, Created object) throws SQLException {
        if (object.isTable() && hasChildren(target, object.identity())) {
            // Dropping a partitioned table would take them along.
            return Optional.of("it has partitions or children");
        }
        try {
            execute(
                    target,
                    (object.type().equals("server") ? dropMappings(target, object) : "") + "DROP " + dropped(object));
            return Optional.empty();
        } catch (SQLException e) {
            if (target.isClosed() || String.valueOf(e.getSQLState()).startsWith("08")) {
                throw e;
            }
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    /** The object as DROP calls it. */
    private static String dropped(Created object) {
        String identity = object.identity();
        return switch (object.type()) {
            case "aggregate" -> "AGGREGATE IF EXISTS " + identity.replaceFirst("\\(\\)$", "(*)");
            case "foreign-data wrapper" -> "FOREIGN DATA WRAPPER IF EXISTS " + identity;
            case "transform" -> "TRANSFORM IF EXISTS " + identity.replaceFirst(" on language ", " LANGUAGE ");
            default -> object.type() + " IF EXISTS " + identity;
        };
    }

    /** User mappings are nobody's without their server; both go in one transaction, since they are sent at once. */
    private static String dropMappings(Connection target, Created server) throws SQLException {
        try (PreparedStatement query = target.prepareStatement("""
                SELECT coalesce(string_agg(format('DROP USER MAPPING FOR %s SERVER %I; ',
                                                  CASE WHEN umuser = 0 THEN 'PUBLIC' ELSE quote_ident(usename) END, srvname), ''), '')
                  FROM pg_catalog.pg_user_mappings WHERE quote_ident(srvname) = ?
                """)) {
            query.setString(1, server.identity());
            try (ResultSet row = query.executeQuery()) {
                row.next();
                return row.getString(1);
            }
        }
    }

    private static boolean hasChildren(Connection target, String table) throws SQLException {
        try (PreparedStatement query = target.prepareStatement(
                "SELECT EXISTS (SELECT FROM pg_catalog.pg_inherits WHERE inhparent = to_regclass(?))")) {
            query.setString(1, table);
            try (ResultSet row = query.executeQuery()) {
                row.next();
                return row.getBoolean(1);
            }
        }
    }

    /**
     * Removes the copied rows from tables that were there before: the copy had found them empty, so they hold no others that it knows
     * of. All at once, since tables may refer to each other.
     *
     * @param except tables that stay as they are, being the migration's own
     * @param removed gets what is empty now
     * @param left gets what is not, and why
     */
    public void empty(Connection target, Set<String> except, List<String> removed, List<String> left)
            throws SQLException {
        Map<String, Boolean> tables = new TreeMap<>();
        try (PreparedStatement query = target.prepareStatement(
                "SELECT format('%I.%I', t.schema_name, t.table_name),"
                        + " t.state = 'NOT_COPIED' FROM godwit.table_state t"
                        + " JOIN pg_catalog.pg_class c ON c.oid = to_regclass(format('%I.%I', t.schema_name, t.table_name))"
                        + " WHERE t.migration = ? AND c.relkind = 'r' AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d"
                        + " WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')"
                        + " AND (t.state NOT IN ('QUEUED', 'REQUESTED', 'GONE') OR EXISTS (SELECT FROM godwit.chunk_state k"
                        + " WHERE k.migration = t.migration AND k.schema_name = t.schema_name AND k.table_name = t.table_name))")) {
            query.setString(1, migration);
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    tables.put(row.getString(1), row.getBoolean(2));
                }
            }
        }
        List<String> copied = new ArrayList<>();
        for (Map.Entry<String, Boolean> table : tables.entrySet()) {
            if (except.contains(table.getKey()) || !holdsRows(target, table.getKey())) {
                continue;
            }
            if (table.getValue()) {
                left.add("rows of table " + table.getKey()
                        + " on the target: it is unlogged, and what was copied into it is"
                        + " not recorded; TRUNCATE it by hand if nobody needs them");
            } else {
                copied.add(table.getKey());
            }
        }
        if (copied.isEmpty()) {
            return;
        }
        try {
            execute(target, "TRUNCATE ONLY " + String.join(", ONLY ", copied));
            copied.forEach(table -> removed.add("rows of table " + table + " on the target"));
        } catch (SQLException e) {
            if (target.isClosed()) {
                throw e;
            }
            left.add("rows of tables " + copied + " on the target: " + e.getMessage() + "; remove them by hand");
        }
    }

    private static boolean holdsRows(Connection target, String table) throws SQLException {
        try (Statement statement = target.createStatement();
                ResultSet row = statement.executeQuery("SELECT EXISTS (SELECT FROM ONLY " + table + ")")) {
            row.next();
            return row.getBoolean(1);
        }
    }

    private static void execute(Connection target, String sql) throws SQLException {
        try (Statement statement = target.createStatement()) {
            statement.execute(sql);
        }
    }
}
