package dev.godwit.replication.apply;

import dev.godwit.replication.ReplicationException;
import dev.godwit.replication.pgoutput.TupleData;
import java.nio.charset.CharacterCodingException;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import org.jspecify.annotations.Nullable;

/** Binds a change to its statement, in the order of {@link StatementWriter}. */
final class RowBinder {

    private final TableMapping mapping;
    private final PreparedStatement statement;
    private int parameter;

    private RowBinder(TableMapping mapping, PreparedStatement statement) {
        this.mapping = mapping;
        this.statement = statement;
    }

    static void bind(PreparedStatement statement, TableMapping mapping, RowChange change) throws SQLException {
        RowBinder binder = new RowBinder(mapping, statement);
        binder.stored(change.shape(), change.row());
        if (change.located() != null) {
            binder.located(change.shape(), change.located());
        }
        if (change.row() != null) {
            for (int i = change.shape().guards().nextSetBit(0);
                    i >= 0;
                    i = change.shape().guards().nextSetBit(i + 1)) {
                binder.value(change.row(), i);
            }
        }
    }

    private void stored(Shape shape, @Nullable TupleData row) throws SQLException {
        if (row == null) {
            return;
        }
        for (int i = 0; i < mapping.columnCount(); i++) {
            boolean bound = switch (shape.kind()) {
                case INSERT -> !mapping.column(i).generated();
                case UPDATE -> shape.set().get(i);
                case DELETE, PROBE -> false;
            };
            if (bound) {
                value(row, i);
            }
        }
    }

    private void located(Shape shape, TupleData old) throws SQLException {
        switch (shape.locator()) {
            case SOURCE_KEY -> values(old, mapping.sourceKey());
            case TARGET_KEY -> values(old, mapping.targetKey());
            case WHOLE_ROW -> wholeRow(shape, old);
        }
    }

    private void values(TupleData row, int[] columns) throws SQLException {
        for (int column : columns) {
            value(row, column);
        }
    }

    private void wholeRow(Shape shape, TupleData old) throws SQLException {
        for (int i = 0; i < mapping.columnCount(); i++) {
            TargetColumn column = mapping.column(i);
            if (!column.generated() && !shape.nulls().get(i)) {
                if (column.equalitySchema() != null) {
                    value(old, i);
                }
                value(old, i);
            }
        }
    }

    private void value(TupleData row, int column) throws SQLException {
        parameter++;
        if (row.isNull(column)) {
            statement.setNull(parameter, Types.OTHER);
        } else if (row.isText(column)) {
            statement.setObject(parameter, text(row, column), Types.OTHER);
        } else {
            throw new ReplicationException("the source sent no value in text form for column \""
                    + mapping.column(column).name() + "\" of table " + mapping.name()
                    + ", which is needed here; a key value stored out of line is sent only by current minor versions");
        }
    }

    private String text(TupleData row, int column) {
        try {
            return row.text(column);
        } catch (CharacterCodingException e) {
            throw new ReplicationException(
                    "a value of column \"" + mapping.column(column).name() + "\" of table " + mapping.name()
                            + " is not valid UTF-8; a database of encoding SQL_ASCII holds bytes of any encoding,"
                            + " mend the values on the source first",
                    e);
        }
    }
}
