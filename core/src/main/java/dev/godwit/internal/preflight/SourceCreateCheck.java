package dev.godwit.internal.preflight;

import dev.godwit.result.FindingCode;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;

/** The source's role may create a publication. */
final class SourceCreateCheck implements Check {

    @Override
    public Set<FindingCode> codes() {
        return Set.of(FindingCode.SOURCE_CREATE);
    }

    @Override
    public void run(CheckContext context) throws SQLException {
        List<String> row = CheckContext.row(
                context.source(),
                "SELECT has_database_privilege(current_database(), 'CREATE'), quote_ident(current_user),"
                        + " quote_ident(current_database())");
        if (row.get(0).equals("f")) {
            context.add(
                    FindingCode.SOURCE_CREATE,
                    row.get(2),
                    "role " + row.get(1) + " may not create a publication in source database " + row.get(2),
                    "CREATE on the database",
                    "GRANT CREATE ON DATABASE " + row.get(2) + " TO " + row.get(1));
        }
    }
}
