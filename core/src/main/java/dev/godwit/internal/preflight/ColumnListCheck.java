package dev.godwit.internal.preflight;

import dev.godwit.replication.TableRows;
import dev.godwit.result.FindingCode;
import dev.godwit.schema.CatalogReader;
import dev.godwit.schema.Column;
import dev.godwit.schema.ReplicaIdentity;
import dev.godwit.schema.Table;
import java.sql.SQLException;
import java.util.List;

/** A list of columns names columns, and those that are left out can be without a value of the source's. */
final class ColumnListCheck {
    private final CheckContext context;
    private final Table table;
    private final TableRows rows;
    private boolean fit = true;

    ColumnListCheck(CheckContext context, Table table, TableRows rows) {
        this.context = context;
        this.table = table;
        this.rows = rows;
    }

    /** Tells whether nothing is wrong with it. */
    boolean isFit() throws SQLException {
        for (String name : rows.columns()) {
            Column column = table.column(name).orElse(null);
            if (column == null) {
                blocker(
                        FindingCode.COLUMN_LIST_UNKNOWN,
                        "table " + table.name() + " has no column " + name + ", which is chosen",
                        "columns that exist",
                        "give the columns as the catalog has them: "
                                + table.copyColumns().stream().map(Column::name).toList());
            } else if (column.generated() != Column.Generated.NONE) {
                blocker(
                        FindingCode.COLUMN_LIST_GENERATED,
                        "column " + name + " of table " + table.name()
                                + " is chosen, and is generated: the target computes it itself",
                        "columns that are in the stream",
                        "take " + name + " out of the columns");
            }
        }
        checkIdentity();
        Table there = context.targetExists()
                ? CatalogReader.read(context.target(), table.name()::equals).tables().stream()
                        .findFirst()
                        .orElse(table)
                : table;
        for (Column column : table.copyColumns()) {
            if (!rows.holds(column.name())) {
                checkLeftOut(column, there.column(column.name()).orElse(column));
            }
        }
        return fit;
    }

    private void checkIdentity() {
        ReplicaIdentity identity = table.replicaIdentity();
        String fails = "with the columns that are chosen of table " + table.name()
                + ", UPDATE and DELETE on it would fail for the application: ";
        if (identity.setting() == ReplicaIdentity.Setting.FULL) {
            blocker(
                    FindingCode.COLUMN_LIST_IDENTITY,
                    fails + "its replica identity is FULL, which goes with all columns only",
                    "all columns, or another replica identity",
                    table.primaryKey().isEmpty()
                            ? "add a primary key, then ALTER TABLE "
                                    + table.name().quoted()
                                    + " REPLICA IDENTITY DEFAULT; or leave out the choice of columns"
                            : "ALTER TABLE " + table.name().quoted() + " REPLICA IDENTITY DEFAULT");
            return;
        }
        List<String> missing =
                identity.keyColumns().stream().filter(name -> !rows.holds(name)).toList();
        if (!missing.isEmpty()) {
            blocker(
                    FindingCode.COLUMN_LIST_IDENTITY,
                    fails + "these lack columns of its replica identity: " + missing,
                    "all columns of the replica identity",
                    "add them to the columns");
        }
    }

    private void checkLeftOut(Column column, Column onTarget) {
        String what = "column " + column.name() + " of table " + table.name() + " is left out, and ";
        String remedy = "add " + column.name() + " to the columns";
        boolean numbered = column.identity() != Column.Identity.NONE
                || context.catalog().sequences().stream()
                        .anyMatch(sequence -> sequence.owner()
                                .filter(owner -> (owner.table().equals(table.name())
                                                || table.parents().contains(owner.table()))
                                        && owner.column().equals(column.name()))
                                .isPresent());
        if (table.primaryKey().contains(column.name())) {
            blocker(
                    FindingCode.COLUMN_LIST_REQUIRED,
                    what + "belongs to the primary key",
                    "all columns of the key",
                    remedy);
        } else if (numbered) {
            blocker(
                    FindingCode.COLUMN_LIST_REQUIRED,
                    what + "takes its values from a sequence, from which the target would give rows others",
                    "the column",
                    remedy);
        } else if (onTarget.notNull()
                && onTarget.expression().isEmpty()
                && onTarget.generated() == Column.Generated.NONE) {
            blocker(
                    FindingCode.COLUMN_LIST_REQUIRED,
                    what + "is NOT NULL without a default, so that no row could be copied",
                    "a default, or the column",
                    remedy + "; or give it a default on both sides (ALTER TABLE … ALTER COLUMN … SET DEFAULT)");
        }
    }

    private void blocker(FindingCode code, String observed, String required, String remedy) {
        fit = false;
        context.add(code, table.name().toString(), observed, required, remedy);
    }
}
