package dev.godwit.internal.preflight;

import dev.godwit.result.FindingCode;
import dev.godwit.schema.TableName;
import java.util.Set;

/** No foreign table is selected, whose rows lie elsewhere. */
final class ForeignTableCheck implements Check {

    @Override
    public Set<FindingCode> codes() {
        return Set.of(FindingCode.FOREIGN_TABLE);
    }

    @Override
    public void run(CheckContext context) {
        for (TableName foreign : context.catalog().foreignTables()) {
            context.add(
                    FindingCode.FOREIGN_TABLE,
                    foreign.toString(),
                    "foreign table " + foreign + " holds no rows of its own and is left out",
                    "nothing, if nobody needs it on the target",
                    "create it on the target if the application needs it");
        }
    }
}
