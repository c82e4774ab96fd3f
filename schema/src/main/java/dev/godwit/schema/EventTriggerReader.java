package dev.godwit.schema;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Event triggers, which are made disabled and fire from the cutover on: until then they would fire for the migration's own statements. */
final class EventTriggerReader implements ObjectReader {

    private final CatalogQuery query;

    EventTriggerReader(CatalogQuery query) {
        this.query = query;
    }

    private record Row(ObjectId id, String name, String definition, Trigger.State state) {}

    @Override
    public List<SchemaObject> read() throws SQLException {
        List<SchemaObject> objects = new ArrayList<>();
        for (Row row : rows()) {
            String alter = "ALTER EVENT TRIGGER " + row.name() + " ";
            objects.add(SchemaObject.of(
                    ObjectKind.EVENT_TRIGGER, row.id(), row.name(), row.definition() + "\n" + alter + "DISABLE;"));
            if (row.state() != Trigger.State.DISABLED) {
                objects.add(SchemaObject.of(
                                ObjectKind.EVENT_FIRING,
                                row.id().aspect(1),
                                row.name(),
                                alter + row.state().sql() + ";")
                        .requiring(row.id()));
            }
        }
        return objects;
    }

    private List<Row> rows() throws SQLException {
        String sql = """
                SELECT v.oid, quote_ident(v.evtname), format('CREATE EVENT TRIGGER %I ON %s', v.evtname, v.evtevent)
                       || COALESCE((SELECT format(' WHEN TAG IN (%s)', string_agg(quote_literal(t), ', '))
                                    FROM unnest(v.evttags) t HAVING count(*) > 0), '')
                       || format(' EXECUTE PROCEDURE %s();', v.evtfoid::regproc), v.evtenabled
                FROM pg_event_trigger v WHERE @own
                """.replace("@own", CatalogQuery.usersOwn("pg_event_trigger", "v.oid"));
        return query.list(sql, EventTriggerReader::row);
    }

    private static Row row(ResultSet row) throws SQLException {
        return new Row(
                new ObjectId(ObjectId.EVENT_TRIGGER, row.getLong(1)),
                row.getString(2),
                row.getString(3),
                Trigger.State.of(row.getString(4)));
    }
}
