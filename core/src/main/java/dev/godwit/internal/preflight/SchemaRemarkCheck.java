package dev.godwit.internal.preflight;

import dev.godwit.result.FindingCode;
import java.util.Set;

/** Passes on what the schema preparer has to say. */
final class SchemaRemarkCheck implements Check {

    @Override
    public Set<FindingCode> codes() {
        return Set.of(FindingCode.SCHEMA_REMARK);
    }

    @Override
    public void run(CheckContext context) {
        for (String remark : context.schemaPlan().remarks()) {
            context.add(FindingCode.SCHEMA_REMARK, "schema", remark, "nothing", "nothing is to be done");
        }
    }
}
