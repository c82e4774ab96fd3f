package dev.godwit.internal.plan;

import java.util.Locale;

/** What slot and publication of a migration are called. */
public final class ObjectNames {
    private static final int NAME_PART = 40;

    private ObjectNames() {}

    /** Gives a name that is readable, and apart from other migrations of the same name to other targets. */
    public static String of(String migration, String suffix) {
        return prefix(migration) + suffix;
    }

    /** Gives a regular expression of PostgreSQL's for the names that {@link #of} gives with suffixes of eight digits. */
    public static String pattern(String migration) {
        return "^" + prefix(migration) + "[0-9a-f]{8}";
    }

    private static String prefix(String migration) {
        String readable = migration.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "_");
        return "godwit_" + readable.substring(0, Math.min(NAME_PART, readable.length())) + "_";
    }
}
