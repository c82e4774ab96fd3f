package dev.godwit.internal.preflight;

import dev.godwit.result.FindingCode;
import dev.godwit.schema.Table;
import java.util.Set;

/** No table's own UPDATE and DELETE would be refused once it is published. */
final class ReplicaIdentityCheck implements Check {

    @Override
    public Set<FindingCode> codes() {
        return Set.of(FindingCode.REPLICA_IDENTITY);
    }

    @Override
    public void run(CheckContext context) {
        for (Table table : context.catalog().tables()) {
            if (table.updatesFailOncePublished()) {
                String name = table.name().quoted();
                context.add(
                        FindingCode.REPLICA_IDENTITY,
                        table.name().toString(),
                        "once published, UPDATE and DELETE on table " + table.name()
                                + " would fail for the application: "
                                + table.replicaIdentity().reason(),
                        "a usable replica identity",
                        "ALTER TABLE " + name
                                + " REPLICA IDENTITY FULL; -- or better add a primary key that is not deferrable, or name a"
                                + " unique index on NOT NULL columns with REPLICA IDENTITY USING INDEX; or exclude the"
                                + " table");
            }
        }
    }
}
