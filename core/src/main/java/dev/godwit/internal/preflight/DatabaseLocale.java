package dev.godwit.internal.preflight;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * How a database sorts and classifies text unless a column says otherwise.
 *
 * @param database its name, quoted
 * @param provider {@code libc}, {@code icu} or {@code builtin}
 * @param collate the system's locale for order
 * @param ctype the system's locale for classes of characters
 * @param locale the provider's locale; empty with libc
 * @param rules rules that are added to those of ICU; empty without any
 * @param recorded the version of the provider's order as it was when the database was created or refreshed; empty if unknown
 * @param actual what it is now; empty if the provider has no versions
 * @param encoding the encoding
 */
record DatabaseLocale(
        String database,
        String provider,
        String collate,
        String ctype,
        String locale,
        String rules,
        String recorded,
        String actual,
        String encoding) {
    private static final int WITH_PROVIDER = 15;
    private static final int WITH_RULES = 16;
    private static final int WITH_BUILTIN = 17;

    static DatabaseLocale read(Connection connection) throws SQLException {
        int major = connection.getMetaData().getDatabaseMajorVersion();
        String provided = """
                CASE d.datlocprovider WHEN 'i' THEN 'icu' WHEN 'b' THEN 'builtin' ELSE 'libc' END, d.datcollate, d.datctype,
                d.%s, %s, d.datcollversion, pg_database_collation_actual_version(d.oid)""".formatted(
                major >= WITH_BUILTIN ? "datlocale" : "daticulocale", major >= WITH_RULES ? "d.daticurules" : "''");
        List<String> row = CheckContext.row(
                connection,
                "SELECT quote_ident(d.datname), "
                        + (major >= WITH_PROVIDER ? provided : "'libc', d.datcollate, d.datctype, '', '', '', ''")
                        + ", pg_encoding_to_char(d.encoding) FROM pg_catalog.pg_database d WHERE d.datname = current_database()");
        return new DatabaseLocale(
                row.get(0),
                row.get(1),
                row.get(2),
                row.get(3),
                row.get(4),
                row.get(5),
                row.get(6),
                row.get(7),
                row.get(8));
    }

    /** Whether both sort alike as far as their names say: same provider, locale and rules. */
    boolean isNamedLike(DatabaseLocale other) {
        return provider.equals(other.provider)
                && rules.equals(other.rules)
                && (provider.equals("libc")
                        ? isSame(collate, other.collate) && isSame(ctype, other.ctype)
                        : locale.equals(other.locale));
    }

    /** Whether both sort alike: the same names, and no versions that are known to differ. */
    boolean sortsLike(DatabaseLocale other) {
        return isNamedLike(other) && (actual.isEmpty() || other.actual.isEmpty() || actual.equals(other.actual));
    }

    /** Locales of the operating system bear the encoding in many spellings, and C another name. */
    static boolean isSame(String one, String other) {
        return Objects.equals(plain(one), plain(other));
    }

    private static String plain(String locale) {
        String plain = locale.toLowerCase(Locale.ROOT).replace("utf-8", "utf8");
        return plain.equals("posix") ? "c" : plain;
    }

    /** Gives what it is, for people. */
    String description() {
        return provider
                + (provider.equals("libc")
                        ? " " + collate + (collate.equals(ctype) ? "" : " / " + ctype)
                        : " " + locale)
                + (actual.isEmpty() ? "" : ", version " + actual);
    }
}
