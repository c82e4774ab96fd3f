package dev.godwit.internal.preflight;

import dev.godwit.result.FindingCode;
import java.sql.SQLException;
import java.util.Set;

/** No replica identity rests on an index that the server does not take for one: deferrable, partial or invalid. */
final class UnusableIdentityCheck implements Check {

    @Override
    public Set<FindingCode> codes() {
        return Set.of(FindingCode.UNUSABLE_IDENTITY);
    }

    @Override
    public void run(CheckContext context) throws SQLException {
        IdentityFault.UNUSABLE.report(
                context,
                FindingCode.UNUSABLE_IDENTITY,
                (table, asked) -> "ALTER TABLE " + table.name().quoted()
                        + " REPLICA IDENTITY FULL; -- or better make the key anew without DEFERRABLE (REINDEX it if it is"
                        + " invalid), or name another unique index on NOT NULL columns with REPLICA IDENTITY USING INDEX; or"
                        + " exclude the table");
    }
}
