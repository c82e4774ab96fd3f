package dev.godwit.internal.preflight;

import dev.godwit.result.FindingCode;
import dev.godwit.schema.Table;
import dev.godwit.schema.TableName;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;

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
    public Set<FindingCode> codes() {
        return Set.of(
                FindingCode.PREPARED_TRANSACTION,
                FindingCode.LONG_TRANSACTION,
                FindingCode.UNLOGGED_TABLE,
                FindingCode.FOREIGN_TABLE,
                FindingCode.SCHEMA_NOT_CARRIED);
    }

    @Override
    public void run(CheckContext context) throws SQLException {
        for (List<String> row : CheckContext.rows(
                context.source(),
                "SELECT gid, owner, database, quote_literal(gid) FROM pg_catalog.pg_prepared_xacts ORDER BY prepared")) {
            context.add(
                    FindingCode.PREPARED_TRANSACTION,
                    row.get(0),
                    "prepared transaction '" + row.get(0) + "' of role " + row.get(1) + " in database " + row.get(2)
                            + " is pending, and a slot cannot be created before it ends",
                    "none on the server",
                    "COMMIT PREPARED " + row.get(3)
                            + "; -- or ROLLBACK PREPARED, as its coordinator decided; in database " + row.get(2));
        }
        for (List<String> row : CheckContext.rows(context.source(), LONG_TRANSACTIONS)) {
            context.add(
                    FindingCode.LONG_TRANSACTION,
                    "session " + row.get(0),
                    "session " + row.get(0) + " of role " + row.get(1) + " has been writing in one transaction for "
                            + row.get(2) + " s, and the slot's creation waits for its end",
                    "no writing transaction of more than a minute",
                    "SELECT pg_terminate_backend(" + row.get(0) + "); -- or wait for it");
        }
        for (Table table : context.catalog().tables()) {
            if (table.persistence() == Table.Persistence.UNLOGGED && table.kind() == Table.Kind.ORDINARY) {
                context.add(
                        FindingCode.UNLOGGED_TABLE,
                        table.name().toString(),
                        "unlogged table " + table.name()
                                + " is in no stream; it is copied again inside the write pause",
                        "a logged table, or a small one",
                        "ALTER TABLE " + table.name().quoted()
                                + " SET LOGGED; -- or truncate or exclude it if its rows are not needed");
            }
        }
        for (TableName foreign : context.catalog().foreignTables()) {
            context.add(
                    FindingCode.FOREIGN_TABLE,
                    foreign.toString(),
                    "foreign table " + foreign + " holds no rows of its own and is left out",
                    "nothing, if nobody needs it on the target",
                    "create it on the target if the application needs it");
        }
        for (String left : context.schemaPlan().notCarried()) {
            context.add(
                    FindingCode.SCHEMA_NOT_CARRIED,
                    "schema",
                    left,
                    "nothing, if nobody needs it on the target",
                    "create it on the target yourself if it is needed");
        }
    }
}
