package dev.godwit.internal.preflight;

import dev.godwit.replication.TableRows;
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
                        "column-list-unknown",
                        "table " + table.name() + " has no column " + name + ", which is chosen",
                        "give the columns as the catalog has them: "
                                + table.copyColumns().stream().map(Column::name).toList());
            } else if (column.generated() != Column.Generated.NONE) {
                blocker(
                        "column-list-generated",
                        "column " + name + " of table " + table.name()
                                + " is chosen, and is generated: the target computes it itself",
                        "take " + name + " out of the columns");
            }
        }
        checkIdentity();
        Table there = CatalogReader.read(context.target(), table.name()::equals).tables().stream()
                .findFirst()
                .orElse(table);
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
                    "column-list-identity",
                    fails + "its replica identity is FULL, which goes with all columns only",
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
                    "column-list-identity",
                    fails + "these lack columns of its replica identity: " + missing,
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
            blocker("column-list-required", what + "belongs to the primary key", remedy);
        } else if (numbered) {
            blocker(
                    "column-list-required",
                    what + "takes its values from a sequence, from which the target would give rows others",
                    remedy);
        } else if (onTarget.notNull()
                && onTarget.expression().isEmpty()
                && onTarget.generated() == Column.Generated.NONE) {
            blocker(
                    "column-list-required",
                    what + "is NOT NULL without a default, so that no row could be copied",
                    remedy + "; or give it a default on both sides (ALTER TABLE … ALTER COLUMN … SET DEFAULT)");
        }
    }

    private void blocker(String code, String message, String remedy) {
        fit = false;
        context.blocker(code, table.name().toString(), message, remedy);
    }
}
