package dev.godwit.internal.preflight;

import dev.godwit.result.Finding;
import dev.godwit.result.FindingCode;
import java.sql.SQLException;
import java.util.Locale;
import java.util.Set;

/** One thing that must hold. */
interface Check {
    /** Gives the kinds of findings that it may report. */
    Set<FindingCode> codes();

    /** Looks, and reports what it finds. What it tries it rolls back. */
    void run(CheckContext context) throws SQLException;

    /** Gives what is checked, in words: those of its class. */
    default String title() {
        String words = getClass().getSimpleName().replaceAll("Check$", "").replaceAll("(?<=[a-z])(?=[A-Z])", " ");
        return words.toLowerCase(Locale.ROOT);
    }

    /** Whether a migration could not be started without its answer. */
    default boolean isRequired() {
        return codes().stream().anyMatch(code -> code.severity() == Finding.Severity.BLOCKER);
    }

    /** Whether it looks into the target's database, or at what that is like, and so has no answer before there is one. */
    default boolean needsTargetDatabase() {
        return false;
    }
}
