package dev.godwit.internal.preflight;

import java.sql.SQLException;

/** Text can be moved without a guess, and the target can hold what the source holds. */
final class EncodingCheck implements Check {
    private static final String ENCODING =
            "SELECT pg_encoding_to_char(encoding) FROM pg_catalog.pg_database WHERE datname = current_database()";

    @Override
    public void run(CheckContext context) throws SQLException {
        String source = CheckContext.row(context.source(), ENCODING).get(0);
        String target = CheckContext.row(context.target(), ENCODING).get(0);
        if (source.equals("SQL_ASCII")) {
            context.blocker(
                    "source-encoding",
                    "source",
                    "the source database has encoding SQL_ASCII: the server does not know what its bytes mean",
                    "dump and restore it into a database of its real encoding by other means");
        }
        if (!target.equals("UTF8") && !target.equals(source)) {
            context.blocker(
                    "target-encoding",
                    "target",
                    "the target database has encoding " + target + ", which cannot hold all of " + source,
                    "CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0 on the target");
        }
    }
}
