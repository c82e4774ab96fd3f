package dev.godwit.internal.preflight;

import dev.godwit.schema.Table;
import dev.godwit.schema.TableName;
import java.sql.SQLException;
import java.util.List;

/** What on the source does not travel in the stream, or holds up the slot. */
final class SourceContentsCheck implements Check {
    private static final String LONG_TRANSACTIONS = """
            SELECT pid, coalesce(usename, '?'), extract(epoch FROM clock_timestamp() - xact_start)::bigint
              FROM pg_catalog.pg_stat_activity
             WHERE backend_xid IS NOT NULL AND clock_timestamp() - xact_start > interval '1 minute'
               AND pid <> pg_backend_pid()
             ORDER BY xact_start
            """;

    @Override
    public void run(CheckContext context) throws SQLException {
        for (List<String> row : CheckContext.rows(
                context.source(),
                "SELECT gid, owner, database, quote_literal(gid) FROM pg_catalog.pg_prepared_xacts ORDER BY prepared")) {
            context.blocker(
                    "prepared-transaction",
                    row.get(0),
                    "prepared transaction '" + row.get(0) + "' of role " + row.get(1) + " in database " + row.get(2)
                            + " is pending, and a slot cannot be created before it ends",
                    "COMMIT PREPARED " + row.get(3)
                            + "; -- or ROLLBACK PREPARED, as its coordinator decided; in database " + row.get(2));
        }
        for (List<String> row : CheckContext.rows(context.source(), LONG_TRANSACTIONS)) {
            context.warning(
                    "long-transaction",
                    "session " + row.get(0),
                    "session " + row.get(0) + " of role " + row.get(1) + " has been writing in one transaction for "
                            + row.get(2) + " s, and the slot's creation waits for its end",
                    "SELECT pg_terminate_backend(" + row.get(0) + "); -- or wait for it");
        }
        for (Table table : context.catalog().tables()) {
            if (table.persistence() == Table.Persistence.UNLOGGED && table.kind() == Table.Kind.ORDINARY) {
                context.warning(
                        "unlogged-table",
                        table.name().toString(),
                        "unlogged table " + table.name()
                                + " is in no stream; it is copied again inside the write pause",
                        "ALTER TABLE " + table.name().quoted()
                                + " SET LOGGED; -- or truncate or exclude it if its rows are not needed");
            }
        }
        for (TableName foreign : context.catalog().foreignTables()) {
            context.warning(
                    "foreign-table",
                    foreign.toString(),
                    "foreign table " + foreign + " holds no rows of its own and is left out",
                    "create it on the target if the application needs it");
        }
        for (String left : context.schemaPlan().notCarried()) {
            context.warning("schema-not-carried", "schema", left, "create it on the target yourself if it is needed");
        }
    }
}
