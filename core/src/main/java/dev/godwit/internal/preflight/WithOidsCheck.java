package dev.godwit.internal.preflight;

import dev.godwit.result.FindingCode;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;

/** No table has the hidden column oid, which is not migrated. */
final class WithOidsCheck implements Check {
    private static final int WITHOUT_OIDS = 12;

    private static final String WITH_OIDS = """
            SELECT c.oid::regclass FROM pg_catalog.pg_class c WHERE c.oid = ANY (?) AND c.relhasoids ORDER BY 1
            """;

    @Override
    public Set<FindingCode> codes() {
        return Set.of(FindingCode.TABLE_WITH_OIDS);
    }

    @Override
    public void run(CheckContext context) throws SQLException {
        if (context.catalog().majorVersion() >= WITHOUT_OIDS) {
            return;
        }
        for (List<String> row : TableQuery.ofSource(context, WITH_OIDS)) {
            context.add(
                    FindingCode.TABLE_WITH_OIDS,
                    row.get(0),
                    "table " + row.get(0)
                            + " was created WITH OIDS, and its hidden column oid is not migrated: PostgreSQL "
                            + WITHOUT_OIDS + " and newer have none",
                    "no statement of the application that names the column oid of this table",
                    "ALTER TABLE " + row.get(0)
                            + " SET WITHOUT OIDS; -- rewrites the table, and gives its oids up for good; or"
                            + " keep it as it is, if nobody needs them");
        }
    }
}
