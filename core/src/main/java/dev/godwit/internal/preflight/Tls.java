package dev.godwit.internal.preflight;

import dev.godwit.result.FindingCode;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** Looks at how a session is protected. One that does not leave the machine needs no protection. */
final class Tls {
    private static final String STATE = """
            SELECT coalesce(s.ssl, false), coalesce(s.version, ''),
                   a.client_addr IS NULL OR a.client_addr <<= '127.0.0.0/8' OR a.client_addr <<= '::1/128'
              FROM pg_catalog.pg_stat_activity a LEFT JOIN pg_catalog.pg_stat_ssl s ON s.pid = a.pid
             WHERE a.pid = pg_backend_pid()
            """;

    private Tls() {}

    /**
     * What is reported.
     *
     * @param none without encryption
     * @param weak with encryption, but not with the certificate's name verified
     */
    record Codes(FindingCode none, FindingCode weak) {}

    static void look(CheckContext context, Codes codes, String side, Connection session, String mode)
            throws SQLException {
        List<String> row = CheckContext.row(session, STATE);
        if (row.get(2).equals("t")) {
            return;
        }
        String required = "TLS with sslmode=verify-full";
        String remedy = "sslmode=verify-full and sslrootcert=<the authority's certificate> in the URL of the " + side
                + (row.get(0).equals("t") ? "" : "; on its server ALTER SYSTEM SET ssl = on, with a certificate");
        if (!row.get(0).equals("t")) {
            context.add(
                    codes.none(),
                    side,
                    "the way to the " + side + " is not encrypted: rows and changes can be read on it",
                    required,
                    remedy);
        } else if (!mode.equals("verify-full")) {
            context.add(
                    codes.weak(),
                    side,
                    "the way to the " + side + " is encrypted (" + row.get(1) + ") with sslmode=" + mode
                            + ", which does not verify who is at its end",
                    required,
                    remedy);
        }
    }
}
