package dev.godwit.internal.preflight;

import dev.godwit.result.FindingCode;
import java.sql.SQLException;
import java.util.Set;

/** No table's own UPDATE and DELETE would be refused once it is published, for want of a replica identity. */
final class ReplicaIdentityCheck implements Check {

    @Override
    public Set<FindingCode> codes() {
        return Set.of(FindingCode.REPLICA_IDENTITY);
    }

    @Override
    public void run(CheckContext context) throws SQLException {
        IdentityFault.MISSING.report(
                context,
                FindingCode.REPLICA_IDENTITY,
                (table, asked) -> "ALTER TABLE " + table.name().quoted()
                        + " REPLICA IDENTITY FULL; -- or better add a primary key that is not deferrable, or name a"
                        + " unique index on NOT NULL columns with REPLICA IDENTITY USING INDEX; or exclude the"
                        + " table");
    }
}
