package dev.godwit.internal.preflight;

import dev.godwit.result.FindingCode;
import java.sql.SQLException;
import java.util.Set;

/** The target can hold all text that the source can. */
final class TargetEncodingCheck implements Check {

    @Override
    public Set<FindingCode> codes() {
        return Set.of(FindingCode.TARGET_ENCODING);
    }

    @Override
    public boolean needsTargetDatabase() {
        return true;
    }

    @Override
    public void run(CheckContext context) throws SQLException {
        String source = DatabaseLocale.read(context.source()).encoding();
        String target = DatabaseLocale.read(context.target()).encoding();
        if (!target.equals("UTF8") && !target.equals(source)) {
            context.add(
                    FindingCode.TARGET_ENCODING,
                    "target",
                    "the target database has encoding " + target + ", which cannot hold all of " + source,
                    "encoding UTF8, or that of the source",
                    "CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0 on the target");
        }
    }
}
