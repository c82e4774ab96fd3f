package dev.godwit.internal.preflight;

import dev.godwit.result.FindingCode;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The target's role may create the extensions that are not there yet. Whether it may create one that is not trusted is known to the server
 * alone, since providers let roles of their own do it: so it is tried, and rolled back.
 */
final class TargetExtensionRightsCheck implements Check {
    private static final String INSUFFICIENT_PRIVILEGE = "42501";

    @Override
    public Set<FindingCode> codes() {
        return Set.of(FindingCode.TARGET_EXTENSION);
    }

    @Override
    public boolean needsTargetDatabase() {
        return true;
    }

    @Override
    public void run(CheckContext context) throws SQLException {
        List<String> superuser = CheckContext.row(
                context.target(),
                "SELECT rolsuper, quote_ident(current_user), has_database_privilege(current_database(), 'CREATE')"
                        + " FROM pg_catalog.pg_roles WHERE rolname = current_user");
        // Who may create nothing at all is told so by another check.
        if (superuser.get(0).equals("t") || superuser.get(2).equals("f")) {
            return;
        }
        List<String> wanted = new ArrayList<>();
        for (Extensions.Extension extension : Extensions.read(context)) {
            if (extension.isCreated() && extension.installed().isEmpty()) {
                wanted.add(extension.name());
            }
        }
        for (String name : wanted) {
            if (isRefused(context.target(), name)) {
                context.add(
                        FindingCode.TARGET_EXTENSION,
                        name,
                        "role " + superuser.get(1) + " may not create extension " + name + ", which is not trusted",
                        "the extension on the target, or a role that may create it",
                        "CREATE EXTENSION " + name
                                + "; -- on the target, as a superuser, in the schema in which the source has it");
            }
        }
    }

    private static boolean isRefused(Connection target, String name) throws SQLException {
        target.setAutoCommit(false);
        try (Statement statement = target.createStatement()) {
            // It is created where the path begins, and the session's own may begin nowhere.
            statement.execute("CREATE SCHEMA godwit_attempt");
            statement.execute("SET LOCAL search_path = godwit_attempt");
            statement.execute("CREATE EXTENSION " + name + " CASCADE");
            return false;
        } catch (SQLException e) {
            if (INSUFFICIENT_PRIVILEGE.equals(e.getSQLState())) {
                return true;
            }
            if (target.isClosed() || String.valueOf(e.getSQLState()).startsWith("08")) {
                throw e;
            }
            // It fails here for what the migration does otherwise, such as the schema.
            return false;
        } finally {
            if (!target.isClosed()) {
                target.rollback();
                target.setAutoCommit(true);
            }
        }
    }
}
