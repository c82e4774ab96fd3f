package dev.godwit.internal.preflight;

import dev.godwit.result.FindingCode;
import dev.godwit.schema.Table;
import java.util.Set;

/** No migrated table is unlogged and so in no stream. */
final class UnloggedTableCheck implements Check {

    @Override
    public Set<FindingCode> codes() {
        return Set.of(FindingCode.UNLOGGED_TABLE);
    }

    @Override
    public void run(CheckContext context) {
        for (Table table : context.catalog().tables()) {
            if (table.persistence() == Table.Persistence.UNLOGGED && table.kind() == Table.Kind.ORDINARY) {
                context.add(
                        FindingCode.UNLOGGED_TABLE,
                        table.name().toString(),
                        "unlogged table " + table.name()
                                + " is in no stream; it is copied again inside the write pause",
                        "a logged table, or a small one",
                        "ALTER TABLE " + table.name().quoted()
                                + " SET LOGGED; -- or truncate or exclude it if its rows are not needed");
            }
        }
    }
}
