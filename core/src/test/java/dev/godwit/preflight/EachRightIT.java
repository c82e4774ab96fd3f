package dev.godwit.preflight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.godwit.Endpoint;
import dev.godwit.Migration;
import dev.godwit.result.Finding;
import dev.godwit.result.FindingCode;
import dev.godwit.result.PreflightFailedException;
import dev.godwit.result.PreflightReport;
import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.PostgresPairTest;
import dev.godwit.testkit.PostgresServer;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A role with exactly the rights that it needs loses each of them in turn: the preflight tells which, {@code start} makes nothing on
 * either server, and the remedy as it stands gives it back.
 */
@Tag("S1")
@PostgresPairTest(source = "17", target = "17")
final class EachRightIT {

    /**
     * A right.
     *
     * @param onSource whether it is one on the source
     * @param taken how it is taken away
     * @param given how it is given back; the remedy of what is found if that can be executed
     * @param codes what is found; the remedy is that of the last one
     */
    private record Right(boolean onSource, String taken, String given, List<FindingCode> codes) {

        static Right source(String taken, FindingCode... codes) {
            return new Right(true, taken, "", List.of(codes));
        }

        static Right target(String taken, FindingCode... codes) {
            return new Right(false, taken, "", List.of(codes));
        }

        Right given(String statement) {
            return new Right(onSource, taken, statement, codes);
        }

        List<String> missed() {
            return codes.stream().map(FindingCode::code).toList();
        }
    }

    private static final List<Right> RIGHTS = List.of(
            Right.source("ALTER ROLE mover NOLOGIN", FindingCode.SOURCE_CONNECTION)
                    .given("ALTER ROLE mover LOGIN"),
            Right.source("REVOKE CONNECT ON DATABASE app FROM mover", FindingCode.SOURCE_CONNECTION)
                    .given("GRANT CONNECT ON DATABASE app TO mover"),
            Right.source(
                    "ALTER ROLE mover NOREPLICATION",
                    FindingCode.REPLICATION_CONNECTION,
                    FindingCode.SOURCE_REPLICATION),
            Right.source("REVOKE CREATE ON DATABASE app FROM mover", FindingCode.SOURCE_CREATE),
            Right.source("REVOKE tables_owner FROM mover", FindingCode.SOURCE_OWNER),
            // A member that does not inherit has nothing of it without SET ROLE.
            Right.source("GRANT tables_owner TO mover WITH INHERIT FALSE", FindingCode.SOURCE_OWNER)
                    .given("GRANT tables_owner TO mover WITH INHERIT TRUE"),
            Right.source("REVOKE SELECT ON shop.item FROM mover", FindingCode.SOURCE_SELECT),
            Right.source("REVOKE SELECT ON SEQUENCE shop.numbers FROM mover", FindingCode.SOURCE_SELECT),
            Right.source("REVOKE USAGE ON SCHEMA shop FROM mover", FindingCode.SOURCE_SELECT),
            Right.source("ALTER ROLE mover NOBYPASSRLS", FindingCode.SOURCE_ROW_SECURITY),
            Right.source("REVOKE objects_owner FROM mover", FindingCode.SOURCE_LARGE_OBJECTS),
            Right.source("REVOKE EXECUTE ON FUNCTION pg_export_snapshot() FROM mover", FindingCode.SOURCE_FUNCTION),
            Right.source("REVOKE database_owner FROM mover", FindingCode.FENCE_DATABASE_OWNER),
            Right.source("REVOKE pg_signal_backend FROM mover", FindingCode.FENCE_SIGNAL),
            Right.source("REVOKE pg_read_all_stats FROM mover", FindingCode.FENCE_STATS),
            Right.source("ALTER ROLE clerk SET default_transaction_read_only = off", FindingCode.FENCE_ROLE_SETTING),
            Right.source("REVOKE TRUNCATE ON shop.item FROM mover", FindingCode.FENCE_LOCK),
            Right.target("ALTER ROLE mover NOLOGIN", FindingCode.TARGET_CONNECTION)
                    .given("ALTER ROLE mover LOGIN"),
            Right.target("REVOKE CONNECT ON DATABASE app FROM mover", FindingCode.TARGET_CONNECTION)
                    .given("GRANT CONNECT ON DATABASE app TO mover"),
            Right.target("REVOKE CREATE ON DATABASE app FROM mover", FindingCode.TARGET_CREATE),
            Right.target("REVOKE CREATE ON SCHEMA public FROM mover", FindingCode.TARGET_SCHEMA_CREATE),
            Right.target("REVOKE USAGE ON SCHEMA public FROM PUBLIC, mover", FindingCode.TARGET_SCHEMA_CREATE)
                    .given("GRANT USAGE ON SCHEMA public TO mover"),
            Right.target(
                    "ALTER SCHEMA calc OWNER TO postgres",
                    FindingCode.TARGET_SCHEMA_CREATE,
                    FindingCode.TARGET_SCHEMA_OWNER),
            Right.target(
                    "REVOKE SET ON PARAMETER session_replication_role FROM mover", FindingCode.TARGET_REPLICA_ROLE),
            Right.target("REVOKE EXECUTE ON FUNCTION lo_create(oid) FROM mover", FindingCode.TARGET_LARGE_OBJECTS),
            Right.target("REVOKE USAGE ON LANGUAGE plpgsql FROM mover", FindingCode.TARGET_USAGE));

    @Test
    void isMissedBeforeAnythingIsMade(PostgresPair pair) {
        grantWhatIsNeeded(pair);
        Migration migration = Migration.builder()
                .name("rights")
                .source(Endpoint.of(pair.sourceUrl()).credentials("mover", ""))
                .target(Endpoint.of(pair.targetUrl()).credentials("mover", ""))
                .build();
        assertThat(Left.blockers(migration.preflight())).isEmpty();
        for (Right right : RIGHTS) {
            PostgresServer server = right.onSource() ? pair.source() : pair.target();
            server.execute("app", right.taken());
            Set<String> before = Left.on(pair);
            assertThatThrownBy(migration::start)
                    .as(right.taken())
                    .isInstanceOfSatisfying(PreflightFailedException.class, e -> {
                        assertThat(Left.blockers(e.report()))
                                .as(right.taken())
                                .containsExactlyElementsOf(right.missed());
                        assertThat(Left.on(pair)).as(right.taken()).isEqualTo(before);
                        giveBack(server, right, e.report());
                    });
            assertThat(Left.blockers(migration.preflight()))
                    .as("%s, given back", right.taken())
                    .isEmpty();
        }
    }

    private static void giveBack(PostgresServer server, Right right, PreflightReport report) {
        List<String> remedies = right.given().isEmpty()
                ? report.blockers().stream().map(Finding::remedy).distinct().toList()
                : List.of(right.given());
        remedies.forEach(remedy -> Assessment.execute(server, "app", remedy));
    }

    /** Each right comes from one grant alone; what every role or owner has is taken away first. */
    private static void grantWhatIsNeeded(PostgresPair pair) {
        pair.source()
                .execute(
                        "app",
                        "CREATE ROLE tables_owner",
                        "CREATE ROLE database_owner",
                        "CREATE ROLE objects_owner",
                        "CREATE ROLE clerk LOGIN",
                        "CREATE ROLE mover LOGIN REPLICATION BYPASSRLS",
                        "ALTER DATABASE app OWNER TO database_owner",
                        "REVOKE ALL ON DATABASE app FROM database_owner",
                        "REVOKE CONNECT ON DATABASE app FROM PUBLIC",
                        "REVOKE EXECUTE ON FUNCTION pg_export_snapshot() FROM PUBLIC",
                        "CREATE SCHEMA shop",
                        "CREATE TABLE shop.item (id int PRIMARY KEY, name text)",
                        "CREATE SEQUENCE shop.numbers",
                        "ALTER TABLE shop.item OWNER TO tables_owner",
                        "ALTER TABLE shop.item ENABLE ROW LEVEL SECURITY",
                        "ALTER TABLE shop.item FORCE ROW LEVEL SECURITY",
                        "ALTER SEQUENCE shop.numbers OWNER TO tables_owner",
                        "REVOKE ALL ON shop.item, shop.numbers FROM tables_owner",
                        "CREATE TABLE public.note (id int PRIMARY KEY)",
                        "ALTER TABLE public.note OWNER TO tables_owner",
                        "GRANT SELECT, TRUNCATE ON public.note TO mover",
                        "CREATE SCHEMA calc",
                        "COMMENT ON SCHEMA calc IS 'what is reckoned'",
                        "CREATE FUNCTION calc.one() RETURNS int LANGUAGE plpgsql AS 'BEGIN RETURN 1; END'",
                        "SELECT lo_create(4711)",
                        "ALTER LARGE OBJECT 4711 OWNER TO objects_owner",
                        "GRANT CONNECT, CREATE ON DATABASE app TO mover",
                        "GRANT EXECUTE ON FUNCTION pg_export_snapshot() TO mover",
                        "GRANT USAGE ON SCHEMA shop TO mover",
                        "GRANT SELECT, TRUNCATE ON shop.item TO mover",
                        "GRANT SELECT ON SEQUENCE shop.numbers TO mover",
                        "GRANT tables_owner, database_owner, objects_owner, pg_signal_backend, pg_read_all_stats TO mover");
        pair.target()
                .execute(
                        "app",
                        "CREATE ROLE mover LOGIN",
                        "REVOKE CONNECT ON DATABASE app FROM PUBLIC",
                        "REVOKE EXECUTE ON FUNCTION lo_create(oid) FROM PUBLIC",
                        "REVOKE USAGE ON LANGUAGE plpgsql FROM PUBLIC",
                        "CREATE SCHEMA calc AUTHORIZATION mover",
                        "GRANT CONNECT, CREATE ON DATABASE app TO mover",
                        "GRANT CREATE ON SCHEMA public TO mover",
                        "GRANT EXECUTE ON FUNCTION lo_create(oid) TO mover",
                        "GRANT USAGE ON LANGUAGE plpgsql TO mover",
                        "GRANT SET ON PARAMETER session_replication_role TO mover");
    }
}
