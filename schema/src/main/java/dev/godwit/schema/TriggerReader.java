package dev.godwit.schema;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Triggers with the state that decides when they fire. */
final class TriggerReader implements ObjectReader {

    /** Query: the trigger of the partitioned table at the top from which that of a partition came. */
    private static final String ROOT = """
            WITH RECURSIVE up (oid, parent) AS (
                SELECT u.oid, u.tgparentid FROM pg_trigger u WHERE u.oid = t.tgparentid
                UNION ALL SELECT u.oid, u.tgparentid FROM up JOIN pg_trigger u ON u.oid = up.parent)
            SELECT up.oid FROM up WHERE up.parent = 0""";

    private final CatalogQuery query;

    TriggerReader(CatalogQuery query) {
        this.query = query;
    }

    private record Row(long oid, String name, String definition, String alter, String trigger, Trigger.State state) {}

    @Override
    public List<SchemaObject> read() throws SQLException {
        List<SchemaObject> objects = new ArrayList<>();
        // Up to 12 the triggers that partitions got from their parent are internal.
        String own = query.since(13, "t.tgparentid = 0", "true");
        for (Row row : rows("NOT t.tgisinternal AND " + own, "pg_get_triggerdef(t.oid) || ';'")) {
            ObjectId id = new ObjectId(ObjectId.TRIGGER, row.oid());
            boolean silent = row.state() != Trigger.State.ORIGIN;
            objects.add(SchemaObject.of(
                    ObjectKind.TRIGGER,
                    id,
                    row.name(),
                    row.definition()
                            // Those that fire in replica role too would fire for what is applied.
                            + (silent ? "\n" + row.alter() + " DISABLE TRIGGER " + row.trigger() + ";" : "")));
            addFiring(row, id, objects);
        }
        if (query.since(13)) {
            addDeviatingPartitions(objects);
        }
        return objects;
    }

    /** Partitions whose trigger fires at other times than that of the partitioned table. */
    private void addDeviatingPartitions(List<SchemaObject> objects) throws SQLException {
        String condition = """
                t.tgparentid <> 0 AND EXISTS (SELECT FROM pg_trigger u WHERE u.oid = (@root)
                                              AND NOT u.tgisinternal AND u.tgenabled <> t.tgenabled)""".replace("@root", ROOT);
        for (Row row : rows(condition, "(" + ROOT + ")::text")) {
            // pg_depend leads to the parent, which may itself have come from the root.
            ObjectId id = new ObjectId(ObjectId.TRIGGER, row.oid()).aspect(2);
            ObjectId parent = new ObjectId(ObjectId.TRIGGER, Long.parseLong(row.definition()));
            Trigger.State now = row.state() == Trigger.State.ORIGIN ? Trigger.State.ORIGIN : Trigger.State.DISABLED;
            objects.add(SchemaObject.of(
                            ObjectKind.TRIGGER_STATE,
                            id,
                            row.name(),
                            row.alter() + " " + now.sql() + " TRIGGER " + row.trigger() + ";")
                    .requiring(parent));
            addFiring(row, id, objects);
        }
    }

    private static void addFiring(Row row, ObjectId id, List<SchemaObject> objects) {
        if (row.state() == Trigger.State.REPLICA || row.state() == Trigger.State.ALWAYS) {
            objects.add(SchemaObject.of(
                            ObjectKind.FIRING,
                            id.aspect(1),
                            "trigger " + row.name(),
                            row.alter() + " " + row.state().sql() + " TRIGGER " + row.trigger() + ";")
                    .requiring(id));
        }
    }

    private List<Row> rows(String condition, String definition) throws SQLException {
        String sql = """
                SELECT t.oid, format('%1$I on %2$I.%3$I', t.tgname, n.nspname, c.relname), @definition,
                       CASE WHEN c.relkind = 'v' THEN format('ALTER TABLE %I.%I', n.nspname, c.relname)
                            ELSE format('ALTER TABLE @only%I.%I', n.nspname, c.relname) END,
                       quote_ident(t.tgname), t.tgenabled
                FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
                WHERE @condition AND c.relkind IN ('r', 'p', 'v', 'f') AND @user AND @relation AND NOT @member
                """.replace("@definition", definition)
                .replace("@condition", condition)
                .replace("@only", definition.startsWith("pg_get") ? "" : "ONLY ")
                .replace("@user", CatalogQuery.USER_SCHEMA)
                .replace("@relation", CatalogQuery.notOfExtensionsRelation("c.oid"))
                .replace("@member", CatalogQuery.memberOfExtension("pg_trigger", "t.oid"));
        return query.list(sql, TriggerReader::row);
    }

    private static Row row(ResultSet row) throws SQLException {
        return new Row(
                row.getLong(1),
                row.getString(2),
                row.getString(3),
                row.getString(4),
                row.getString(5),
                Trigger.State.of(row.getString(6)));
    }
}
