package dev.godwit.internal.preflight;

import dev.godwit.internal.plan.PassingFailure;
import dev.godwit.replication.WithoutValues;
import dev.godwit.result.FindingCode;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The source lets a publication be made, altered and dropped where event triggers have a say in it: tried with one of no table, in a
 * transaction that is rolled back. Without event triggers rights decide, which have checks of their own.
 */
final class PublicationRefusedCheck implements Check {
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final String CANCELLED = "57014";

    /** Not on a standby, nor for a role that may not try. */
    private static final String WORTH_A_TRIAL = """
            SELECT quote_ident(current_user) WHERE NOT pg_is_in_recovery()
               AND has_database_privilege(current_database(), 'CREATE')
               AND EXISTS (SELECT 1 FROM pg_catalog.pg_event_trigger WHERE evtenabled IN ('O', 'A'))
            """;

    @Override
    public Set<FindingCode> codes() {
        return Set.of(FindingCode.PUBLICATION_REFUSED);
    }

    @Override
    public void run(CheckContext context) throws SQLException {
        if (context.isRecorded()) {
            return;
        }
        List<List<String>> role = CheckContext.rows(context.source(), WORTH_A_TRIAL);
        if (!role.isEmpty()) {
            attempt(context, role.get(0).get(0));
        }
    }

    private static void attempt(CheckContext context, String role) throws SQLException {
        Connection source = context.source();
        source.setAutoCommit(false);
        try (Statement statement = source.createStatement()) {
            attempt(statement);
        } catch (SQLException e) {
            if (PassingFailure.is(e) && !CANCELLED.equals(e.getSQLState())) {
                throw e;
            }
            context.add(
                    FindingCode.PUBLICATION_REFUSED,
                    "publication",
                    "the source refuses role " + role + " to create, alter or drop a publication: "
                            + WithoutValues.message(e),
                    "that it may, through all event triggers",
                    "let these statements of role " + role
                            + " pass in the event trigger's function and give the role what"
                            + " the function needs, or disable the event trigger (ALTER EVENT TRIGGER … DISABLE) until the"
                            + " publication is dropped after the cutover");
        } finally {
            if (!source.isClosed()) {
                source.rollback();
                source.setAutoCommit(true);
            }
        }
    }

    private static void attempt(Statement statement) throws SQLException {
        byte[] random = new byte[8];
        ThreadLocalRandom.current().nextBytes(random);
        String publication = "godwit_probe_" + HexFormat.of().formatHex(random);
        statement.execute("SET TRANSACTION READ WRITE");
        statement.execute("SET LOCAL statement_timeout = " + LIMIT.toMillis());
        statement.execute("CREATE PUBLICATION " + publication);
        statement.execute("ALTER PUBLICATION " + publication + " SET (publish = 'insert')");
        statement.execute("DROP PUBLICATION " + publication);
    }
}
