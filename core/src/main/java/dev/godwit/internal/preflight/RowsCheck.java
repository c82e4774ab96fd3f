package dev.godwit.internal.preflight;

import dev.godwit.replication.TableRows;
import dev.godwit.result.FindingCode;
import dev.godwit.schema.CatalogReader;
import dev.godwit.schema.Column;
import dev.godwit.schema.ReplicaIdentity;
import dev.godwit.schema.Table;
import dev.godwit.schema.TableName;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The source can publish the rows and columns that are wanted, and goes on taking the application's UPDATE and DELETE. */
final class RowsCheck implements Check {
    private static final int FILTERS = 15;

    /** Columns whose values may be stored apart, and are sent only where they were changed or are of the replica identity. */
    private static final String LARGE = "SELECT attname FROM pg_catalog.pg_attribute WHERE attrelid = ?::bigint::oid"
            + " AND attnum > 0 AND NOT attisdropped AND attlen = -1 AND attstorage <> 'p' ORDER BY attnum";

    @Override
    public Set<FindingCode> codes() {
        return Set.of(
                FindingCode.ROW_FILTER_VERSION,
                FindingCode.ROW_FILTER_REFUSED,
                FindingCode.ROW_FILTER_IDENTITY,
                FindingCode.ROW_FILTER_LARGE_VALUES,
                FindingCode.COLUMN_LIST_UNKNOWN,
                FindingCode.COLUMN_LIST_GENERATED,
                FindingCode.COLUMN_LIST_IDENTITY,
                FindingCode.COLUMN_LIST_REQUIRED);
    }

    @Override
    public void run(CheckContext context) throws SQLException {
        if (context.plan().rows().isEmpty()) {
            return;
        }
        // A partition takes what is wanted from a parent that may be none of the tables in question.
        Map<TableName, TableRows> wanted = context.plan()
                .rows()
                .of(CatalogReader.read(context.source(), name -> true).tables());
        for (Table table : context.catalog().tables()) {
            TableRows rows = wanted.get(table.name());
            if (rows != null && table.kind() == Table.Kind.ORDINARY) {
                check(context, table, rows);
            }
        }
    }

    private static void check(CheckContext context, Table table, TableRows rows) throws SQLException {
        int version = context.source().getMetaData().getDatabaseMajorVersion();
        if (version < FILTERS) {
            context.add(
                    FindingCode.ROW_FILTER_VERSION,
                    table.name().toString(),
                    "rows or columns are chosen of table " + table.name() + ", and the source is PostgreSQL " + version
                            + ", which sends changes of whole tables only",
                    "PostgreSQL " + FILTERS + " or newer",
                    "leave out the choice (it needs a source of version " + FILTERS + " or newer), and delete on the"
                            + " target after the cutover");
            return;
        }
        if (!rows.columns().isEmpty() && !new ColumnListCheck(context, table, rows).isFit()) {
            return;
        }
        RowsProbe.Answer answer = RowsProbe.ask(context.source(), table, rows);
        if (answer.refusal() != null) {
            context.add(
                    FindingCode.ROW_FILTER_REFUSED,
                    table.name().toString(),
                    "the source does not publish what is chosen of table " + table.name() + ": " + answer.refusal(),
                    "what CREATE PUBLICATION takes",
                    "choose by constants, operators and immutable functions of the server's own, and by columns of this"
                            + " table");
            return;
        }
        checkCondition(context, table, rows, answer);
    }

    private static void checkCondition(CheckContext context, Table table, TableRows rows, RowsProbe.Answer answer)
            throws SQLException {
        List<String> generated = answer.columns().stream()
                .filter(name -> table.column(name)
                        .filter(column -> column.generated() != Column.Generated.NONE)
                        .isPresent())
                .toList();
        if (!generated.isEmpty()) {
            context.add(
                    FindingCode.ROW_FILTER_REFUSED,
                    table.name().toString(),
                    "the condition for rows of table " + table.name() + " is about generated columns: " + generated,
                    "columns that are in the stream",
                    "say the same about the columns that they are computed from");
            return;
        }
        ReplicaIdentity identity = table.replicaIdentity();
        List<String> uncovered = answer.columns().stream()
                .filter(name -> identity.setting() != ReplicaIdentity.Setting.FULL
                        && !identity.keyColumns().contains(name))
                .toList();
        // Without a replica identity it is another check that has to say so.
        if (identity.suffices() && (!uncovered.isEmpty() || answer.failure() != null)) {
            context.add(
                    FindingCode.ROW_FILTER_IDENTITY,
                    table.name().toString(),
                    "once so published, UPDATE and DELETE on table " + table.name()
                            + " would fail for the application: the condition is about columns that are not of the replica"
                            + " identity: " + uncovered + " (" + answer.failure() + ")",
                    "a replica identity that holds the condition's columns",
                    "ALTER TABLE " + table.name().quoted()
                            + " REPLICA IDENTITY FULL; -- or USING INDEX, a unique index on NOT NULL columns that holds them"
                            + " as well");
        }
        if (rows.condition().isPresent() && identity.setting() != ReplicaIdentity.Setting.FULL) {
            warnOfLargeValues(context, table, rows);
        }
    }

    private static void warnOfLargeValues(CheckContext context, Table table, TableRows rows) throws SQLException {
        try (PreparedStatement query = context.source().prepareStatement(LARGE)) {
            query.setLong(1, table.oid());
            StringBuilder large = new StringBuilder();
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    String name = row.getString(1);
                    if (rows.holds(name)
                            && !table.replicaIdentity().keyColumns().contains(name)) {
                        large.append(large.isEmpty() ? "" : ", ").append(name);
                    }
                }
            }
            if (!large.isEmpty()) {
                context.add(
                        FindingCode.ROW_FILTER_LARGE_VALUES,
                        table.name().toString(),
                        "an UPDATE that makes a row of table " + table.name()
                                + " meet the condition, and leaves a large"
                                + " (TOAST) value of it as it was, pauses the run: the source does not send it ("
                                + large
                                + ")",
                        "a replica identity that holds them",
                        "ALTER TABLE " + table.name().quoted()
                                + " REPLICA IDENTITY FULL; -- unless no UPDATE makes a row meet it");
            }
        }
    }
}
