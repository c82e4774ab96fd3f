package dev.godwit.internal.preflight;

import dev.godwit.result.FindingCode;
import java.sql.SQLException;
import java.util.Set;

/** Says which collations have other versions on the target. */
final class CollationVersionCheck implements Check {

    @Override
    public Set<FindingCode> codes() {
        return Set.of(FindingCode.COLLATION_VERSION);
    }

    @Override
    public void run(CheckContext context) throws SQLException {
        if (context.targetExists()) {
            checkDatabases(context);
        }
        for (UsedCollations.Used collation : UsedCollations.read(context)) {
            for (String version : collation.namesakes()) {
                if (!collation.actual().isEmpty() && !version.isEmpty() && !version.equals(collation.actual())) {
                    report(context, "collation " + collation.name(), collation.actual(), version);
                }
            }
        }
    }

    private static void checkDatabases(CheckContext context) throws SQLException {
        DatabaseLocale source = DatabaseLocale.read(context.source());
        DatabaseLocale target = DatabaseLocale.read(context.target());
        if (source.isNamedLike(target) && !source.sortsLike(target)) {
            report(context, "the databases' default collation", source.actual(), target.actual());
        }
    }

    private static void report(CheckContext context, String what, String source, String target) {
        context.add(
                FindingCode.COLLATION_VERSION,
                what,
                what + " has version " + source + " on the source and " + target
                        + " on the target: some text may be sorted otherwise there",
                "nothing for the data, as the target builds its indexes anew; the same version where the application relies"
                        + " on an order",
                "nothing has to be done; the versions come with the operating system and its ICU library");
    }
}
