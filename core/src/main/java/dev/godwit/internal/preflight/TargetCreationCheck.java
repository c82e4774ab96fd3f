package dev.godwit.internal.preflight;

import dev.godwit.internal.database.DatabaseProperties;
import dev.godwit.internal.database.DatabaseProperties.LocaleProvider;
import dev.godwit.result.FindingCode;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** A target database that does not exist can be created as the source's is, and what of it is not carried is known. */
final class TargetCreationCheck implements Check {
    private static final String INVALID_VALUE = "22023";
    private static final int ICU_IN_DATABASES = 15;

    private static final String ROLE =
            "SELECT rolcreatedb OR rolsuper, quote_ident(rolname) FROM pg_catalog.pg_roles WHERE rolname = current_user";

    private static final String ICU =
            "SELECT EXISTS (SELECT 1 FROM pg_catalog.pg_collation WHERE collprovider = 'i'), quote_ident(current_database())";

    private static final String LIBC_VERSION = """
            SELECT max(pg_catalog.pg_collation_actual_version(oid)) FROM pg_catalog.pg_collation
             WHERE collprovider = 'c' AND collcollate NOT IN ('C', 'POSIX')
            """;

    private static final String ICU_VERSION = """
            SELECT max(pg_catalog.pg_collation_actual_version(oid)) FROM pg_catalog.pg_collation
             WHERE collprovider = 'i' AND collname = 'und-x-icu'
            """;

    @Override
    public Set<FindingCode> codes() {
        return Set.of(
                FindingCode.TARGET_CREATEDB,
                FindingCode.TARGET_LOCALE,
                FindingCode.CREATED_DATABASE_SETTINGS,
                FindingCode.CREATED_COLLATION_VERSION);
    }

    @Override
    public void run(CheckContext context) throws SQLException {
        if (context.targetExists()) {
            return;
        }
        String name = context.plan().surroundings().database().name();
        DatabaseProperties source = DatabaseProperties.read(context.source());
        checkRole(context, name);
        checkLocales(context, name, source);
        reportWhatIsNotCarried(context, name, source);
        reportOtherOrder(context, name, source);
    }

    private static void checkRole(CheckContext context, String name) throws SQLException {
        List<String> role = CheckContext.row(context.target(), ROLE);
        if (role.get(0).equals("f")) {
            context.add(
                    FindingCode.TARGET_CREATEDB,
                    name,
                    "target database '" + name + "' does not exist, and role " + role.get(1) + " may not create it",
                    "CREATEDB, or a database that exists",
                    "ALTER ROLE " + role.get(1) + " CREATEDB; -- on the target, or create the database yourself");
        }
    }

    private static void checkLocales(CheckContext context, String name, DatabaseProperties source) throws SQLException {
        Set<String> locales = new LinkedHashSet<>(List.of(source.collate(), source.ctype()));
        for (String locale : locales) {
            if (!isKnown(context, locale)) {
                context.add(
                        FindingCode.TARGET_LOCALE,
                        name,
                        "the source database has locale '" + locale
                                + "', which the host of the target does not have, so database '" + name
                                + "' cannot be created like it",
                        "locale '" + locale + "' on the target's host",
                        "install the locale on the target's host (such as localedef, or the package of locales) and restart"
                                + " PostgreSQL there, or create the database yourself with a locale that it has");
            }
        }
        if (source.provider() == LocaleProvider.ICU
                && (context.target().getMetaData().getDatabaseMajorVersion() < ICU_IN_DATABASES
                        || CheckContext.row(context.target(), ICU).get(0).equals("f"))) {
            context.add(
                    FindingCode.TARGET_LOCALE,
                    name,
                    "the source database sorts by ICU, for which the target server was not built",
                    "a target that was built with ICU",
                    "use a target that was built with ICU, or create the database yourself with another locale provider");
        }
    }

    /** Setting a parameter that takes a locale looks whether it exists, and changes nothing beyond the transaction. */
    private static boolean isKnown(CheckContext context, String locale) throws SQLException {
        context.target().setAutoCommit(false);
        try (PreparedStatement statement =
                context.target().prepareStatement("SELECT set_config('lc_monetary', ?, true)")) {
            statement.setString(1, locale);
            statement.execute();
            return true;
        } catch (SQLException e) {
            if (INVALID_VALUE.equals(e.getSQLState())) {
                return false;
            }
            throw e;
        } finally {
            context.target().rollback();
            context.target().setAutoCommit(true);
        }
    }

    private static void reportWhatIsNotCarried(CheckContext context, String name, DatabaseProperties source) {
        List<String> left = new ArrayList<>();
        if (source.connectionLimit() >= 0) {
            left.add("a connection limit of " + source.connectionLimit());
        }
        if (!source.settings().isEmpty()) {
            left.add("settings of its own for " + String.join(", ", source.settings()));
        }
        if (!left.isEmpty()) {
            context.add(
                    FindingCode.CREATED_DATABASE_SETTINGS,
                    name,
                    "the source database has " + String.join(" and ", left)
                            + ", which the database that is created on the target will not have",
                    "the same there, unless the change is wanted",
                    "ALTER DATABASE … CONNECTION LIMIT …, ALTER DATABASE … SET …; -- on the target, before the cutover; their"
                            + " values: SELECT datconnlimit FROM pg_database, SELECT setconfig FROM pg_db_role_setting on the"
                            + " source");
        }
    }

    /** The server's own provider has one version. */
    private static void reportOtherOrder(CheckContext context, String name, DatabaseProperties source)
            throws SQLException {
        if (source.collationVersion() == null || source.provider() == LocaleProvider.BUILTIN) {
            return;
        }
        String there = CheckContext.row(
                        context.target(), source.provider() == LocaleProvider.ICU ? ICU_VERSION : LIBC_VERSION)
                .get(0);
        if (!there.equals(source.collationVersion())) {
            context.add(
                    FindingCode.CREATED_COLLATION_VERSION,
                    name,
                    "the source database sorts by version " + source.collationVersion() + " of " + source.provider()
                            + ", and the one that is created on the target by version "
                            + (there.isEmpty() ? "unknown" : there),
                    "the same version, or nothing that rests on the order of text",
                    "indexes are built anew and so are right; look at ranges of text (partitions,"
                            + " CHECK constraints) and at queries whose order matters");
        }
    }
}
