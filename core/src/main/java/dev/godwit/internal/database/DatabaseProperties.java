package dev.godwit.internal.database;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;

/**
 * What a database is like, apart from what is in it.
 *
 * @param encoding the server's name of the encoding
 * @param collate the operating system's locale for sorting
 * @param ctype the operating system's locale for kinds of characters
 * @param provider who sorts
 * @param locale the provider's locale; null where that is the operating system
 * @param rules ICU's further rules, null if there are none
 * @param collationVersion the provider's version when the database was made, null where it has none
 * @param comment its comment, null if there is none
 * @param connectionLimit how many connections it takes; -1 for no limit
 * @param settings names of the parameters that are set for it
 * @see <a href="https://www.postgresql.org/docs/current/catalog-pg-database.html">PostgreSQL manual: pg_database</a>
 */
public record DatabaseProperties(
        String encoding,
        String collate,
        String ctype,
        LocaleProvider provider,
        @Nullable String locale,
        @Nullable String rules,
        @Nullable String collationVersion,
        @Nullable String comment,
        int connectionLimit,
        List<String> settings) {
    /** A database has a locale provider since. */
    private static final int PROVIDERS = 15;

    private static final int ICU_RULES = 16;
    /** ICU's locale and that of the server's own provider share a column since. */
    private static final int BUILTIN = 17;

    private static final String QUERY = """
            SELECT pg_catalog.pg_encoding_to_char(d.encoding), d.datcollate, d.datctype, %s, %s, %s, %s,
                   pg_catalog.shobj_description(d.oid, 'pg_database'), d.datconnlimit,
                   (SELECT s.setconfig FROM pg_catalog.pg_db_role_setting s WHERE s.setdatabase = d.oid AND s.setrole = 0)
              FROM pg_catalog.pg_database d
             WHERE d.datname = pg_catalog.current_database()
            """;

    /** Who sorts. */
    public enum LocaleProvider {
        /** The operating system. */
        LIBC('c', "libc"),
        /** The ICU library. */
        ICU('i', "icu"),
        /** The server itself. */
        BUILTIN('b', "builtin");

        private final char code;
        private final String word;

        LocaleProvider(char code, String word) {
            this.code = code;
            this.word = word;
        }

        private static LocaleProvider of(String code) throws SQLException {
            for (LocaleProvider provider : values()) {
                if (code.equals(String.valueOf(provider.code))) {
                    return provider;
                }
            }
            throw new SQLException("the source database has locale provider '" + code
                    + "', which this version of Godwit does not know; create the target database yourself");
        }

        @Override
        public String toString() {
            return word;
        }
    }

    public DatabaseProperties {
        settings = List.copyOf(settings);
    }

    /** Reads those of the database that a session is connected to. */
    public static DatabaseProperties read(Connection connection) throws SQLException {
        int major = connection.getMetaData().getDatabaseMajorVersion();
        String sql = QUERY.formatted(
                major >= PROVIDERS ? "d.datlocprovider::text" : "'c'",
                major >= BUILTIN ? "d.datlocale" : major >= PROVIDERS ? "d.daticulocale" : "NULL",
                major >= ICU_RULES ? "d.daticurules" : "NULL",
                major >= PROVIDERS ? "d.datcollversion" : "NULL");
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return new DatabaseProperties(
                    row.getString(1),
                    row.getString(2),
                    row.getString(3),
                    LocaleProvider.of(row.getString(4)),
                    row.getString(5),
                    row.getString(6),
                    row.getString(7),
                    row.getString(8),
                    row.getInt(9),
                    names(row));
        }
    }

    /** Of the settings only the names: what is kept in one may be a secret. */
    private static List<String> names(ResultSet row) throws SQLException {
        TreeSet<String> names = new TreeSet<>();
        if (row.getArray(10) != null) {
            for (String setting : (String[]) row.getArray(10).getArray()) {
                names.add(setting.substring(0, setting.indexOf('=')));
            }
        }
        // How a cutover closes its source: not the database's own.
        names.remove("default_transaction_read_only");
        return List.copyOf(names);
    }

    /** Gives the statement that creates such a database on a server of the same version or a newer one. */
    String createSql(Connection server, String name) throws SQLException {
        PGConnection driver = server.unwrap(PGConnection.class);
        StringBuilder sql = new StringBuilder("CREATE DATABASE ")
                .append(driver.escapeIdentifier(name))
                .append(" TEMPLATE template0 ENCODING ")
                .append(quoted(driver, encoding))
                .append(" LC_COLLATE ")
                .append(quoted(driver, collate))
                .append(" LC_CTYPE ")
                .append(quoted(driver, ctype));
        if (server.getMetaData().getDatabaseMajorVersion() >= PROVIDERS) {
            sql.append(" LOCALE_PROVIDER ").append(provider);
            if (locale != null && provider != LocaleProvider.LIBC) {
                sql.append(provider == LocaleProvider.ICU ? " ICU_LOCALE " : " BUILTIN_LOCALE ")
                        .append(quoted(driver, locale));
            }
            if (rules != null) {
                sql.append(" ICU_RULES ").append(quoted(driver, rules));
            }
        }
        return sql.toString();
    }

    static String quoted(PGConnection driver, String text) throws SQLException {
        return "'" + driver.escapeLiteral(text) + "'";
    }

    /** Gives what a message may show. */
    @Override
    public String toString() {
        return "encoding " + encoding + ", LC_COLLATE '" + collate + "', LC_CTYPE '" + ctype + "', provider " + provider
                + (locale == null ? "" : " '" + locale + "'") + (rules == null ? "" : " with rules");
    }
}
