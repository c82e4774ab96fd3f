package dev.godwit.internal.preflight;

import dev.godwit.result.FindingCode;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;

/** The target's role may create schemas, among them Godwit's own. */
final class TargetCreateCheck implements Check {

    @Override
    public Set<FindingCode> codes() {
        return Set.of(FindingCode.TARGET_CREATE);
    }

    @Override
    public boolean needsTargetDatabase() {
        return true;
    }

    @Override
    public void run(CheckContext context) throws SQLException {
        List<String> row = CheckContext.row(
                context.target(),
                "SELECT has_database_privilege(current_database(), 'CREATE'), quote_ident(current_user),"
                        + " quote_ident(current_database())");
        if (row.get(0).equals("f")) {
            context.add(
                    FindingCode.TARGET_CREATE,
                    row.get(2),
                    "role " + row.get(1) + " may not create schemas in target database " + row.get(2),
                    "CREATE on the database",
                    "GRANT CREATE ON DATABASE " + row.get(2) + " TO " + row.get(1));
        }
    }
}
