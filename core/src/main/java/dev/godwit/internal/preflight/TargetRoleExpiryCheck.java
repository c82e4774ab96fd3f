package dev.godwit.internal.preflight;

import dev.godwit.result.FindingCode;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;

/** The target's role can log in until the migration is over. */
final class TargetRoleExpiryCheck implements Check {
    private static final String EXPIRING = """
            SELECT quote_ident(rolname), rolvaliduntil::timestamptz(0)::text FROM pg_catalog.pg_roles
             WHERE rolname = current_user AND rolvaliduntil < clock_timestamp() + interval '7 days'
            """;

    @Override
    public Set<FindingCode> codes() {
        return Set.of(FindingCode.TARGET_ROLE_EXPIRY);
    }

    @Override
    public void run(CheckContext context) throws SQLException {
        for (List<String> row : CheckContext.rows(context.target(), EXPIRING)) {
            context.add(
                    FindingCode.TARGET_ROLE_EXPIRY,
                    row.get(0),
                    "the password of role " + row.get(0) + " on the target is valid until " + row.get(1)
                            + ", and a run opens sessions all the time",
                    "a password that outlasts the migration by a week",
                    "ALTER ROLE " + row.get(0) + " VALID UNTIL 'infinity'");
        }
    }
}
