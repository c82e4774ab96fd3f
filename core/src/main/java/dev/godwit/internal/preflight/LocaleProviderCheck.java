package dev.godwit.internal.preflight;

import dev.godwit.result.FindingCode;
import java.sql.SQLException;
import java.util.Set;

/** Both databases take the order of text from the same provider. */
final class LocaleProviderCheck implements Check {

    @Override
    public Set<FindingCode> codes() {
        return Set.of(FindingCode.LOCALE_PROVIDER);
    }

    @Override
    public boolean needsTargetDatabase() {
        return true;
    }

    @Override
    public void run(CheckContext context) throws SQLException {
        DatabaseLocale source = DatabaseLocale.read(context.source());
        DatabaseLocale target = DatabaseLocale.read(context.target());
        if (!source.provider().equals(target.provider())) {
            context.add(
                    FindingCode.LOCALE_PROVIDER,
                    target.database(),
                    "the source takes the order of text from " + source.description() + ", the target from "
                            + target.description() + ": ORDER BY, comparisons and upper() may give other results there",
                    "provider " + source.provider() + " on the target, unless the change is wanted",
                    "create the target database anew: CREATE DATABASE … TEMPLATE template0 LOCALE_PROVIDER "
                            + source.provider() + " …");
        }
    }
}
