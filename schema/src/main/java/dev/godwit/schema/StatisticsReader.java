package dev.godwit.schema;

import java.sql.SQLException;
import java.util.List;

/** Extended statistics. */
final class StatisticsReader implements ObjectReader {

    private final CatalogQuery query;

    StatisticsReader(CatalogQuery query) {
        this.query = query;
    }

    @Override
    public List<SchemaObject> read() throws SQLException {
        return query.list(
                """
                SELECT s.oid, format('%%I.%%I', sn.nspname, s.stxname), n.nspname, c.relname, c.relkind,
                       pg_get_statisticsobjdef(s.oid) || ';'
                       || CASE WHEN %s >= 0 THEN format(E'\\nALTER STATISTICS %%I.%%I SET STATISTICS %%s;', sn.nspname,
                                                        s.stxname, %s) ELSE '' END
                FROM pg_statistic_ext s JOIN pg_class c ON c.oid = s.stxrelid
                JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_namespace sn ON sn.oid = s.stxnamespace
                WHERE %s AND %s AND NOT %s
                """.formatted(
                                query.since(13, "s.stxstattarget", "-1"),
                                query.since(13, "s.stxstattarget", "-1"),
                                CatalogQuery.USER_SCHEMA,
                                CatalogQuery.notOfExtensionsRelation("c.oid"),
                                CatalogQuery.memberOfExtension("pg_statistic_ext", "s.oid")),
                row -> {
                    SchemaObject statistics = SchemaObject.of(
                            ObjectKind.STATISTICS,
                            new ObjectId(ObjectId.STATISTICS, row.getLong(1)),
                            row.getString(2),
                            row.getString(6));
                    return row.getString(5).equals("r")
                            ? statistics.after(new TableName(row.getString(3), row.getString(4)))
                            : statistics.at(SchemaStage.AFTER_COPY);
                });
    }
}
