package dev.godwit.internal.verify;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import org.postgresql.core.Utils;

/** Pieces of SQL. */
final class Sql {
    private static final int PIECES_PER_CALL = 24;

    private Sql() {}

    /** Gives a name as it stands in SQL, always quoted. */
    static String identifier(String name) {
        try {
            return Utils.escapeIdentifier(null, name).toString();
        } catch (SQLException e) {
            throw new IllegalArgumentException("a name of the catalog holds a zero byte", e);
        }
    }

    /** Puts the pieces together, each of which is up to four arguments of {@code concat}; functions take a hundred arguments at most. */
    static String concat(List<String> pieces) {
        if (pieces.isEmpty()) {
            return "''::text";
        }
        List<String> calls = new ArrayList<>();
        for (int from = 0; from < pieces.size(); from += PIECES_PER_CALL) {
            List<String> some = pieces.subList(from, Math.min(pieces.size(), from + PIECES_PER_CALL));
            calls.add("concat(" + String.join(", ", some) + ")");
        }
        return calls.size() == 1 ? calls.get(0) : concat(calls);
    }

    static String identifiers(Collection<String> names) {
        return names.stream().map(Sql::identifier).collect(Collectors.joining(", "));
    }
}
