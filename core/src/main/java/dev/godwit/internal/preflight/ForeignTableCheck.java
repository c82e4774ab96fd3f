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
                    "foreign table " + foreign
                            + " holds no rows of its own: what it is comes to the target, its rows stay"
                            + " on the other server",
                    "nothing, if nobody needs it on the target",
                    "let the target reach that server, and give its user mappings their passwords there, if the application"
                            + " needs it");
        }
    }
}
