package dev.godwit.internal.preflight;

import dev.godwit.result.FindingCode;
import java.sql.SQLException;
import java.util.Set;

/** Both databases have the same locale. */
final class DatabaseLocaleCheck implements Check {

    @Override
    public Set<FindingCode> codes() {
        return Set.of(FindingCode.LOCALE);
    }

    @Override
    public boolean needsTargetDatabase() {
        return true;
    }

    @Override
    public void run(CheckContext context) throws SQLException {
        DatabaseLocale source = DatabaseLocale.read(context.source());
        DatabaseLocale target = DatabaseLocale.read(context.target());
        boolean libc = source.provider().equals("libc");
        if (!source.provider().equals(target.provider())
                || (libc
                        ? DatabaseLocale.isSame(source.collate(), target.collate())
                                && DatabaseLocale.isSame(source.ctype(), target.ctype())
                        : source.locale().equals(target.locale()))) {
            return;
        }
        context.add(
                FindingCode.LOCALE,
                target.database(),
                "the source's locale is " + source.description() + ", the target's " + target.description()
                        + ": ORDER BY, comparisons and upper() may give other results there",
                "the same locale on the target, unless the change is wanted",
                "create the target database anew: CREATE DATABASE … TEMPLATE template0 "
                        + (libc
                                ? "LC_COLLATE '" + source.collate() + "' LC_CTYPE '" + source.ctype() + "'"
                                : "LOCALE_PROVIDER " + source.provider() + " "
                                        + (source.provider().equals("icu") ? "ICU_LOCALE '" : "BUILTIN_LOCALE '")
                                        + source.locale() + "'"));
    }
}
