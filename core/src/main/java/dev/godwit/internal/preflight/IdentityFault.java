package dev.godwit.internal.preflight;

import dev.godwit.result.FindingCode;
import dev.godwit.schema.Column;
import dev.godwit.schema.Table;
import java.sql.SQLException;
import java.util.List;

/** Why a table's replica identity does not suffice, and what that would mean for the application. */
enum IdentityFault {
    /** There is none. */
    MISSING,
    /** Its index is deferrable, partial or invalid. */
    UNUSABLE,
    /** It holds a generated column. */
    GENERATED;

    static final String REQUIRED =
            "a primary key, or a unique index on NOT NULL columns that the table names as its replica"
                    + " identity, neither deferrable nor partial and without generated columns; or REPLICA IDENTITY FULL";

    private static final String ACTIVITY = "SELECT pg_stat_get_tuples_updated(%1$d), pg_stat_get_tuples_deleted(%1$d)";

    /** Tells which one it is, of a table whose identity does not suffice. */
    static IdentityFault of(Table table) {
        List<String> key = table.replicaIdentity().keyColumns();
        boolean generated = table.columns().stream()
                .anyMatch(column -> column.generated() != Column.Generated.NONE && key.contains(column.name()));
        if (generated) {
            return GENERATED;
        }
        return key.isEmpty() ? MISSING : UNUSABLE;
    }

    /** Reports all tables that have this one. */
    void report(CheckContext context, FindingCode code, Remedy remedy) throws SQLException {
        for (Table table : context.catalog().tables()) {
            if (table.updatesFailOncePublished() && of(table) == this) {
                context.add(
                        code, table.name().toString(), observed(context, table), REQUIRED, remedy.of(table, context));
            }
        }
    }

    private static String observed(CheckContext context, Table table) throws SQLException {
        List<String> counted = CheckContext.row(context.source(), ACTIVITY.formatted(table.oid()));
        String activity = counted.equals(List.of("0", "0"))
                ? "none are counted there so far"
                : "it has updated " + counted.get(0) + " and deleted " + counted.get(1)
                        + " rows there since the statistics began";
        return "once published, UPDATE and DELETE on table " + table.name() + " would fail for the application ("
                + activity + "): it " + table.replicaIdentity().reason();
    }

    /** What to do about one table. */
    interface Remedy {
        String of(Table table, CheckContext context);
    }
}
