package dev.godwit.replication.apply;

import dev.godwit.replication.RelationName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Says how a shape that the source sends differs from what the target has, in words for people.
 *
 * @param source a session on the source
 * @param target a session on the target
 */
record ShapeComparison(Connection source, Connection target) {

    private static final String TARGET_COLUMNS = "SELECT a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod), %s"
            + " FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid"
            + " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
            + " WHERE n.nspname = ? AND c.relname = ? AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum";

    /** A column of the target: its type, and whether the server computes it. */
    private record TargetSide(String type, boolean generated) {}

    /**
     * Gives the differences, empty if rows of the shape can be applied.
     *
     * @param sent the shape as it was sent
     * @param known the shape as it was known, under its name on the target
     */
    List<String> differences(RelationShape sent, RelationShape known) throws SQLException {
        List<String> differences = new ArrayList<>();
        compareName(sent, known, differences);
        Map<String, TargetSide> there = targetColumns(known.name());
        if (there.isEmpty() && !known.columns().isEmpty()) {
            differences.add("table " + known.name() + ": the target has no such table, or one without columns");
            return differences;
        }
        List<String> types = typeNames(sent);
        for (int i = 0; i < types.size(); i++) {
            compareColumn(sent.columns().get(i).name(), types.get(i), there, differences);
        }
        compareVanished(sent, known, there, differences);
        comparePlaces(sent, known, differences);
        if (known.identified() && !sent.identified() && !isIdentifiedNow(sent.id())) {
            differences.add(
                    "replica identity: the source's table has none any more that tells which row is meant; give it"
                            + " one again there (ALTER TABLE … REPLICA IDENTITY …)");
        }
        return differences;
    }

    private void compareName(RelationShape sent, RelationShape known, List<String> differences) throws SQLException {
        if (sent.name().equals(known.name())) {
            return;
        }
        // A transaction from before or between; what counts is what it is called in the end.
        RelationName now = nameNow(sent.id());
        if (!known.name().equals(now)) {
            RelationName name = now == null ? sent.name() : now;
            boolean taken = !targetColumns(known.name()).isEmpty()
                    && !targetColumns(name).isEmpty();
            differences.add("table " + known.name() + ": it is named " + name + " on the source; "
                    + (taken
                            ? "the target has tables of both names, and nobody can tell which is which: give it its name back on the"
                                    + " source, or let the target have one of them"
                            : "rename it likewise on the target"));
        }
    }

    private static void compareColumn(
            String name, String type, Map<String, TargetSide> there, List<String> differences) {
        TargetSide side = there.get(name);
        if (side == null) {
            differences.add("column \"" + name + "\": " + type + " on the source, missing on the target; add it there");
        } else if (side.generated()) {
            differences.add("column \"" + name + "\": " + type
                    + " with values of its own on the source, generated on the target; drop its expression there");
        } else if (!side.type().equals(type)) {
            differences.add("column \"" + name + "\": " + type + " on the source, " + side.type()
                    + " on the target; change its type there");
        }
    }

    private static void compareVanished(
            RelationShape sent, RelationShape known, Map<String, TargetSide> there, List<String> differences) {
        List<String> names = sent.columnNames();
        for (String name : known.columnNames()) {
            TargetSide side = there.get(name);
            if (!names.contains(name) && side != null && !side.generated()) {
                differences.add("column \"" + name + "\": dropped, renamed or generated on the source, " + side.type()
                        + " on the target; do there what was done on the source");
            }
        }
    }

    /** Columns keep their order for good: others in it bear names that belonged to others before. */
    private static void comparePlaces(RelationShape sent, RelationShape known, List<String> differences) {
        List<String> before = new ArrayList<>(known.columnNames());
        before.retainAll(sent.columnNames());
        List<String> now = new ArrayList<>(sent.columnNames());
        now.retainAll(before);
        if (!before.equals(now)) {
            differences.add(
                    "columns " + now + ": they were " + before
                            + ", so names were exchanged, or a column was dropped and added again; the table has to be copied afresh");
        }
    }

    /** A type that was dropped since reads as ???, and so differs. */
    private List<String> typeNames(RelationShape shape) throws SQLException {
        List<String> names = new ArrayList<>();
        try (PreparedStatement query = source.prepareStatement("SELECT pg_catalog.format_type(?::bigint::oid, ?)")) {
            for (RelationShape.Column column : shape.columns()) {
                query.setLong(1, column.typeOid());
                query.setInt(2, column.typeModifier());
                try (ResultSet row = query.executeQuery()) {
                    row.next();
                    names.add(row.getString(1));
                }
            }
        }
        return names;
    }

    private Map<String, TargetSide> targetColumns(RelationName name) throws SQLException {
        Map<String, TargetSide> columns = new LinkedHashMap<>();
        boolean generated = target.getMetaData().getDatabaseMajorVersion() >= 12;
        try (PreparedStatement query =
                target.prepareStatement(TARGET_COLUMNS.formatted(generated ? "a.attgenerated <> ''" : "false"))) {
            query.setString(1, name.schema());
            query.setString(2, name.name());
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    columns.put(row.getString(1), new TargetSide(row.getString(2), row.getBoolean(3)));
                }
            }
        }
        return columns;
    }

    private @Nullable RelationName nameNow(long id) throws SQLException {
        try (PreparedStatement query = source.prepareStatement("SELECT n.nspname, c.relname FROM pg_catalog.pg_class c"
                + " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = ?::bigint::oid")) {
            query.setLong(1, id);
            try (ResultSet row = query.executeQuery()) {
                return row.next() ? new RelationName(row.getString(1), row.getString(2)) : null;
            }
        }
    }

    private boolean isIdentifiedNow(long id) throws SQLException {
        try (PreparedStatement query = source.prepareStatement("SELECT 1 FROM pg_catalog.pg_class c"
                + " WHERE c.oid = ?::bigint::oid AND (c.relreplident = 'f' OR EXISTS ("
                + "SELECT FROM pg_catalog.pg_index i WHERE i.indrelid = c.oid AND CASE c.relreplident"
                + " WHEN 'd' THEN i.indisprimary WHEN 'i' THEN i.indisreplident ELSE false END))")) {
            query.setLong(1, id);
            try (ResultSet row = query.executeQuery()) {
                return row.next();
            }
        }
    }
}
