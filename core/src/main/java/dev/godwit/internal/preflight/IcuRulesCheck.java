package dev.godwit.internal.preflight;

import dev.godwit.result.FindingCode;
import java.sql.SQLException;
import java.util.Set;

/** Both databases add the same rules to those of ICU. */
final class IcuRulesCheck implements Check {

    @Override
    public Set<FindingCode> codes() {
        return Set.of(FindingCode.ICU_RULES);
    }

    @Override
    public boolean needsTargetDatabase() {
        return true;
    }

    @Override
    public void run(CheckContext context) throws SQLException {
        DatabaseLocale source = DatabaseLocale.read(context.source());
        DatabaseLocale target = DatabaseLocale.read(context.target());
        if (!source.rules().equals(target.rules())) {
            context.add(
                    FindingCode.ICU_RULES,
                    target.database(),
                    "the source's database adds the ICU rules '" + source.rules() + "', the target's '" + target.rules()
                            + "': text is sorted otherwise there",
                    "the same rules on the target, unless the change is wanted",
                    "create the target database anew: CREATE DATABASE … TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE …"
                            + " ICU_RULES '" + source.rules().replace("'", "''") + "'");
        }
    }
}
