package dev.godwit.internal.preflight;

import dev.godwit.result.FindingCode;
import java.sql.SQLException;
import java.util.Set;

/** On each server text is still sorted as it was when its indexes were built. */
final class CollationChangedCheck implements Check {
    private static final String REQUIRED = "indexes built under the version of the collation that the server has now";

    @Override
    public Set<FindingCode> codes() {
        return Set.of(FindingCode.COLLATION_CHANGED);
    }

    @Override
    public void run(CheckContext context) throws SQLException {
        checkDatabase(context, "source", DatabaseLocale.read(context.source()));
        if (context.targetExists()) {
            checkDatabase(context, "target", DatabaseLocale.read(context.target()));
        }
        for (UsedCollations.Used collation : UsedCollations.read(context)) {
            if (differ(collation.recorded(), collation.actual())) {
                context.add(
                        FindingCode.COLLATION_CHANGED,
                        collation.name(),
                        "collation " + collation.name() + " of the source had version " + collation.recorded()
                                + " and now has " + collation.actual() + ": indexes on " + collation.column()
                                + " and others may be out of order, so that unique ones may hold duplicates",
                        REQUIRED,
                        "ALTER COLLATION " + collation.name()
                                + " REFRESH VERSION; -- on the source, after REINDEX of the indexes that use it");
            }
        }
    }

    private static void checkDatabase(CheckContext context, String side, DatabaseLocale locale) {
        if (differ(locale.recorded(), locale.actual())) {
            context.add(
                    FindingCode.COLLATION_CHANGED,
                    locale.database(),
                    "the default collation of the " + side + "'s database had version " + locale.recorded()
                            + " and now has "
                            + locale.actual()
                            + ": its indexes on text may be out of order, so that unique ones may hold"
                            + " duplicates, which fail on the target",
                    REQUIRED,
                    "ALTER DATABASE " + locale.database() + " REFRESH COLLATION VERSION; -- on the " + side
                            + ", after REINDEX DATABASE " + locale.database());
        }
    }

    private static boolean differ(String recorded, String actual) {
        return !recorded.isEmpty() && !actual.isEmpty() && !recorded.equals(actual);
    }
}
