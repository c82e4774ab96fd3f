package dev.godwit;

import dev.godwit.internal.plan.RefusedConnection;
import java.net.UnknownHostException;
import java.sql.SQLException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Says why a connection was not made, and what to do about it. */
final class ConnectFailure {
    /** The server's words, in English whatever its locale where the driver pins lc_messages; else the remedy is general. */
    private static final Pattern NO_HBA_ENTRY = Pattern.compile(
            "(?:no pg_hba\\.conf entry for|pg_hba\\.conf rejects) (replication )?(?:connection (?:for|from) )?host"
                    + " \"([^\"]*)\"(?:.*, database \"(.*)\",)?");

    /** Added by the server where it was asked without TLS. */
    private static final Pattern UNENCRYPTED = Pattern.compile("no encryption|SSL off");

    private ConnectFailure() {}

    static SQLException explain(
            SQLException e, String role, Endpoint endpoint, @Nullable String user, boolean replication) {
        String what = (replication ? "a replication connection" : "a connection") + " to the " + role + " " + endpoint
                + (user == null ? "" : " as role '" + user + "'");
        String state = e.getSQLState() == null ? "" : e.getSQLState();
        String remedy = remedy(e, state, role, user, replication);
        return new RefusedConnection(what + " was refused: " + e.getMessage() + " [SQLSTATE " + state + "]", remedy, e);
    }

    private static String remedy(
            SQLException e, String state, String role, @Nullable String user, boolean replication) {
        return switch (state) {
            case "28000" -> hbaRemedy(String.valueOf(e.getMessage()), user, replication);
            case "28P01" ->
                "Check the " + role + "'s password; the server does not say whether user or password is wrong.";
            case "3D000" -> "Check the database's name in the URL of the " + role + ", or create the database.";
            case "42501" ->
                replication
                        ? "ALTER ROLE " + quoted(user) + " REPLICATION"
                        : "Give role " + quoted(user) + " the right that the message names.";
            case "53300" ->
                "Raise max_connections, or max_wal_senders for replication, on the " + role + ", or end sessions.";
            case "08P01" ->
                "If a pooler answers there (PgBouncer refuses startup parameters so), use host and port of the " + role
                        + "'s server itself; else see the message of the server.";
            case "08001", "08004", "08006" -> unreachableRemedy(e, role);
            default -> "See the message of the server.";
        };
    }

    private static String hbaRemedy(String message, @Nullable String user, boolean replication) {
        Matcher matcher = NO_HBA_ENTRY.matcher(message);
        if (!matcher.find()) {
            return "Check the role's name and how the server lets it log in (pg_hba.conf).";
        }
        String address = matcher.group(2);
        String database = matcher.group(3);
        String rest = "    " + quoted(user) + "    " + address + (address.contains(":") ? "/128" : "/32")
                + "    scram-sha-256";
        // A walsender of logical replication is matched by its database's name; whoever says "replication" wants that
        // line.
        String lines = "\n    host    " + (database == null ? "all" : quoted(database)) + rest
                + (matcher.group(1) == null ? "" : "\n    host    replication" + rest);
        return "Add to the server's pg_hba.conf, above any line that rejects, the line" + lines
                + "\n(md5 in place of scram-sha-256 if the role's password is stored so, as it is by default before"
                + " PostgreSQL 14) and reload (SELECT pg_reload_conf()); on a managed service open its firewall rule for "
                + address + (replication ? " and grant the role REPLICATION" : "") + "."
                + (UNENCRYPTED.matcher(message).find()
                        ? " If there are hostssl lines that fit, connect with sslmode=verify-full."
                        : "");
    }

    private static String unreachableRemedy(SQLException e, String role) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof UnknownHostException) {
                return "The host name does not resolve; check the host in the URL of the " + role + ".";
            }
        }
        return "Check host and port in the URL of the " + role
                + ", that the server runs and listens there (listen_addresses), and that no firewall stands between.";
    }

    private static String quoted(@Nullable String user) {
        return user == null ? "<role>" : '"' + user.replace("\"", "\"\"") + '"';
    }
}
