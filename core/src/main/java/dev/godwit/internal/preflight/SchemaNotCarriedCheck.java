package dev.godwit.internal.preflight;

import dev.godwit.result.FindingCode;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** Says what of the schema has to be created on the target by hand. */
final class SchemaNotCarriedCheck implements Check {
    /** What other checks report with more than that it is not carried. */
    private static final List<Pattern> ELSEWHERE = List.of(
            Pattern.compile("^table \".*: it "),
            Pattern.compile(": its hidden column oid \\(WITH OIDS\\)"),
            Pattern.compile("^index .*: it is invalid on the source$"),
            Pattern.compile("^extension .*: it is not installed on the target's host$"),
            Pattern.compile("^subscription "));

    @Override
    public Set<FindingCode> codes() {
        return Set.of(FindingCode.SCHEMA_NOT_CARRIED);
    }

    @Override
    public void run(CheckContext context) {
        for (String left : context.schemaPlan().notCarried()) {
            if (ELSEWHERE.stream().noneMatch(said -> said.matcher(left).find())) {
                context.add(
                        FindingCode.SCHEMA_NOT_CARRIED,
                        "schema",
                        left,
                        "nothing, if nobody needs it on the target",
                        "create it on the target yourself if it is needed");
            }
        }
    }
}
