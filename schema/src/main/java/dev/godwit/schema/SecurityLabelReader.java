package dev.godwit.schema;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Security labels on objects of the database, whoever provides them. */
final class SecurityLabelReader implements ObjectReader {

    private final CatalogQuery query;
    private final LabelProviders providers;
    private final LeftOut leftOut = new LeftOut();

    SecurityLabelReader(CatalogQuery query, LabelProviders providers) {
        this.query = query;
        this.providers = providers;
    }

    /** Tells which providers of labels the target has loaded. */
    @FunctionalInterface
    interface LabelProviders {
        boolean has(String provider) throws SQLException;
    }

    private record Row(ObjectId id, String provider, String object, String label, String name) {}

    /** Labels that are left out. */
    List<String> notes() {
        return leftOut.notes();
    }

    @Override
    public List<SchemaObject> read() throws SQLException {
        List<Row> rows = query.list(
                """
                SELECT s.classoid::oid, s.objoid, s.provider, quote_literal(s.label), i.type, i.identity
                FROM pg_seclabel s, pg_identify_object(s.classoid, s.objoid, s.objsubid) i
                WHERE s.objoid >= %d OR (s.classoid = 'pg_namespace'::regclass AND s.objoid = 'public'::regnamespace)
                ORDER BY s.classoid, s.objoid, s.objsubid, s.provider
                """.formatted(ObjectId.FIRST_USER_OID),
                row -> new Row(
                        new ObjectId(row.getLong(1), row.getLong(2)),
                        row.getString(3),
                        CommentReader.target(row.getString(5), row.getString(6)),
                        row.getString(4),
                        row.getString(5) + " " + row.getString(6)));
        Map<ObjectId, List<Row>> byObject = new LinkedHashMap<>();
        for (Row row : rows) {
            if (providers.has(row.provider())) {
                byObject.computeIfAbsent(row.id(), id -> new ArrayList<>()).add(row);
            } else {
                leftOut.add(
                        ObjectKind.SECURITY_LABEL.label() + " " + row.name(),
                        "the target has not loaded the label provider " + TableName.quote(row.provider())
                                + ": add its library to shared_preload_libraries there");
            }
        }
        List<SchemaObject> objects = new ArrayList<>();
        byObject.forEach((id, labels) -> {
            StringBuilder sql = new StringBuilder();
            labels.forEach(row -> sql.append(sql.isEmpty() ? "" : "\n")
                    .append("SECURITY LABEL FOR ")
                    .append(TableName.quote(row.provider()))
                    .append(" ON ")
                    .append(row.object())
                    .append(" IS ")
                    .append(row.label())
                    .append(";"));
            SchemaObject object = SchemaObject.of(
                    ObjectKind.SECURITY_LABEL, id.labels(), labels.get(0).name(), sql.toString());
            objects.add(object.requiring(id));
        });
        return objects;
    }
}
