package dev.godwit.internal.preflight;

import dev.godwit.replication.TableRows;
import dev.godwit.schema.Column;
import dev.godwit.schema.Table;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * Of which rows of an extension's configuration table changes are sent: if the source can tell, of those that are the user's, which are
 * also those that are copied and verified.
 *
 * @see <a href="https://www.postgresql.org/docs/current/extend-extensions.html#EXTEND-EXTENSIONS-CONFIG-TABLES">PostgreSQL manual:
 *     extension configuration tables</a>
 */
public final class ConfigurationRows {
    private static final int FILTERS = 15;

    private ConfigurationRows() {}

    /**
     * Gives the condition under which changes are published without keeping the application from any.
     *
     * @param source a session in auto-commit mode
     * @return empty if the table is none of an extension, if all of its rows are the user's, or if changes of all rows are sent
     */
    public static Optional<TableRows> streamed(Connection source, Table table) throws SQLException {
        Optional<String> predicate = table.configuration().flatMap(Table.ExtensionConfiguration::predicate);
        if (predicate.isEmpty()
                || table.kind() != Table.Kind.ORDINARY
                || source.getMetaData().getDatabaseMajorVersion() < FILTERS) {
            return Optional.empty();
        }
        TableRows rows = new TableRows(List.of(), predicate.get());
        RowsProbe.Answer answer = RowsProbe.ask(source, table, rows);
        boolean isSent = answer.columns().stream()
                .allMatch(name -> table.column(name)
                        .filter(column -> column.generated() == Column.Generated.NONE)
                        .isPresent());
        return answer.refusal() == null
                        && answer.failure() == null
                        && table.replicaIdentity().suffices()
                        && isSent
                ? Optional.of(rows.where(answer.filter()))
                : Optional.empty();
    }
}
