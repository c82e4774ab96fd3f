package dev.godwit.internal.preflight;

import dev.godwit.result.FindingCode;
import java.sql.SQLException;
import java.util.Set;

/** The source knows what the bytes of its text mean. */
final class SourceEncodingCheck implements Check {

    @Override
    public Set<FindingCode> codes() {
        return Set.of(FindingCode.SOURCE_ENCODING);
    }

    @Override
    public void run(CheckContext context) throws SQLException {
        if (DatabaseLocale.read(context.source()).encoding().equals("SQL_ASCII")) {
            context.add(
                    FindingCode.SOURCE_ENCODING,
                    "source",
                    "the source database has encoding SQL_ASCII: the server does not know what its bytes mean",
                    "a database with an encoding",
                    "dump and restore it into a database of its real encoding by other means");
        }
    }
}
