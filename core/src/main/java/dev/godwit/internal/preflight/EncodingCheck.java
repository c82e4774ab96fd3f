package dev.godwit.internal.preflight;

import dev.godwit.result.FindingCode;
import java.sql.SQLException;
import java.util.Set;

/** Text can be moved without a guess, and the target can hold what the source holds. */
final class EncodingCheck implements Check {
    private static final String ENCODING =
            "SELECT pg_encoding_to_char(encoding) FROM pg_catalog.pg_database WHERE datname = current_database()";

    @Override
    public Set<FindingCode> codes() {
        return Set.of(FindingCode.SOURCE_ENCODING, FindingCode.TARGET_ENCODING);
    }

    @Override
    public void run(CheckContext context) throws SQLException {
        String source = CheckContext.row(context.source(), ENCODING).get(0);
        String target = CheckContext.row(context.target(), ENCODING).get(0);
        if (source.equals("SQL_ASCII")) {
            context.add(
                    FindingCode.SOURCE_ENCODING,
                    "source",
                    "the source database has encoding SQL_ASCII: the server does not know what its bytes mean",
                    "an encoding",
                    "dump and restore it into a database of its real encoding by other means");
        }
        if (!target.equals("UTF8") && !target.equals(source)) {
            context.add(
                    FindingCode.TARGET_ENCODING,
                    "target",
                    "the target database has encoding " + target + ", which cannot hold all of " + source,
                    "UTF8, or the encoding of the source",
                    "CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0 on the target");
        }
    }
}
