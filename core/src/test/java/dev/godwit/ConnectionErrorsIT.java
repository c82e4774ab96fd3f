package dev.godwit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.godwit.result.Finding;
import dev.godwit.result.FindingCode;
import dev.godwit.result.MigrationException;
import dev.godwit.result.PreflightFailedException;
import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.PostgresPairTest;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** A connection that cannot be made is one clear error, leaves nothing on either server, and shows no password anywhere. */
@PostgresPairTest(source = "15", target = "17")
final class ConnectionErrorsIT {
    private static final String PASSWORD = "correct-h0rse";
    private static final String WRONG = "wr0ng-battery";
    private static final Pattern HBA_LINE = Pattern.compile("(?m)^ *(host .*)$");

    private final ListAppender<ILoggingEvent> logged = new ListAppender<>();
    private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    private final Level level = root.getLevel();

    @BeforeEach
    void prepare(PostgresPair pair) {
        for (var server : List.of(pair.source(), pair.target())) {
            server.execute("app", "CREATE ROLE mover LOGIN SUPERUSER PASSWORD '" + PASSWORD + "'");
        }
        pair.source().execute("app", "CREATE TABLE item (id int PRIMARY KEY)");
        logged.start();
        root.addAppender(logged);
        root.setLevel(Level.DEBUG);
    }

    @AfterEach
    void nothingIsLeftAndNoPasswordIsLogged(PostgresPair pair) {
        root.detachAppender(logged);
        root.setLevel(level);
        assertThat(logged.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .noneMatch(message -> message.contains(PASSWORD) || message.contains(WRONG));
        assertThat(pair.target().query("app", "SELECT nspname FROM pg_namespace WHERE nspname = 'godwit'"))
                .isEmpty();
    }

    @Test
    @Provokes(FindingCode.SOURCE_CONNECTION)
    void saysThatTheHostDoesNotResolve(PostgresPair pair) {
        Finding finding = theOnly(refused(url("jdbc:postgresql://no-such-host.invalid:5432/app"), target(pair)));
        assertThat(finding.code()).isEqualTo("GW1001");
        assertThat(finding.message())
                .contains("a connection to the source jdbc:postgresql://no-such-host.invalid:5432/app");
        assertThat(finding.remedy()).contains("does not resolve; check the host in the URL of the source");
    }

    @Test
    @Provokes(FindingCode.TARGET_CONNECTION)
    void saysThatNobodyListensOnThePort(PostgresPair pair) {
        Finding finding = theOnly(refused(source(pair), url("jdbc:postgresql://127.0.0.1:1/app")));
        assertThat(finding.code()).isEqualTo("GW1002");
        assertThat(finding.message()).contains("to the target jdbc:postgresql://127.0.0.1:1/app as role 'mover'");
        assertThat(finding.remedy()).contains("Check host and port in the URL of the target");
    }

    @Test
    @Provokes({FindingCode.SOURCE_CONNECTION, FindingCode.TARGET_CONNECTION})
    void namesBothServersIfNeitherCanBeReached() {
        PreflightFailedException failure =
                refused(url("jdbc:postgresql://127.0.0.1:1/app"), url("jdbc:postgresql://127.0.0.1:1/app"));
        assertThat(failure.report().blockers()).extracting(Finding::code).containsExactly("GW1001", "GW1002");
    }

    @Test
    void saysThatThePasswordIsWrong(PostgresPair pair) {
        pair.source().hba("host all all 127.0.0.1/32 scram-sha-256");
        Finding finding = theOnly(refused(Endpoint.of(pair.sourceUrl()).credentials("mover", WRONG), target(pair)));
        assertThat(finding.message()).contains("as role 'mover'").contains("28P01");
        assertThat(finding.remedy()).contains("Check the source's password");
    }

    @Test
    void saysWhichDatabaseDoesNotExist(PostgresPair pair) {
        Finding finding = theOnly(refused(source(pair), url(pair.target().url("nowhere"))));
        assertThat(finding.message()).contains("database \"nowhere\" does not exist");
        assertThat(finding.remedy()).contains("database's name in the URL of the target");
    }

    @Test
    void printsTheLineThatPgHbaLacksForReplicationAndTheLineWorks(PostgresPair pair) {
        // Ordinary connections are let in by another database's name first: what logical replication is matched by.
        pair.source().hba();
        Finding finding = theOnly(refused(source(pair), target(pair)));
        assertThat(finding.message()).contains("no pg_hba.conf entry").contains("28000");
        assertThat(finding.remedy()).contains("firewall rule");
        List<String> lines = HBA_LINE.matcher(finding.remedy())
                .results()
                .map(MatchResult::group)
                .toList();
        assertThat(lines).hasSize(1);
        pair.source().hba(lines.toArray(String[]::new));
        assertThat(migration(source(pair), target(pair)).preflight().findings()).isEmpty();
    }

    @Test
    void printsTheLineIfALineRejects(PostgresPair pair) {
        pair.source().hba("host all mover 127.0.0.1/32 reject");
        Finding finding = theOnly(refused(source(pair), target(pair)));
        List<String> lines = new ArrayList<>(HBA_LINE.matcher(finding.remedy())
                .results()
                .map(MatchResult::group)
                .toList());
        assertThat(lines).hasSize(1);
        lines.add("host all mover 127.0.0.1/32 reject");
        pair.source().hba(lines.toArray(String[]::new));
        assertThat(migration(source(pair), target(pair)).preflight().findings()).isEmpty();
    }

    @Test
    @Provokes(FindingCode.REPLICATION_CONNECTION)
    void saysThatTheRoleMayNotReplicate(PostgresPair pair) {
        pair.source().execute("app", "ALTER ROLE mover NOSUPERUSER");
        PreflightFailedException failure = refused(source(pair), target(pair));
        assertThat(failure.report().blockers())
                .filteredOn(finding -> finding.code().equals("GW1003"))
                .singleElement()
                .satisfies(finding -> {
                    assertThat(finding.message()).contains("a replication connection to the source");
                    assertThat(finding.remedy()).isEqualTo("ALTER ROLE \"mover\" REPLICATION");
                });
    }

    @Test
    @Provokes(FindingCode.TARGET_CREATE)
    void saysThatTheTargetLacksTheRightToCreate(PostgresPair pair) {
        pair.target().execute("app", "ALTER ROLE mover NOSUPERUSER");
        pair.target().execute("app", "GRANT SET ON PARAMETER session_replication_role TO mover");
        pair.target().execute("app", "GRANT USAGE, CREATE ON SCHEMA public TO mover");
        Finding finding = theOnly(refused(source(pair), target(pair)));
        assertThat(finding.code()).isEqualTo("GW2101");
        assertThat(finding.remedy()).isEqualTo("GRANT CREATE ON DATABASE app TO mover");
    }

    @Test
    void refusesToResumeAndToCleanUpTheSameWay(PostgresPair pair) {
        pair.target().hba("host all all 127.0.0.1/32 scram-sha-256");
        Migration migration =
                migration(source(pair), Endpoint.of(pair.targetUrl()).credentials("mover", WRONG));
        for (MigrationException failure : List.of(
                catchThrowableOfType(MigrationException.class, migration::resume),
                catchThrowableOfType(MigrationException.class, migration::cleanUp))) {
            assertThat(failure).hasMessageContaining("Check the target's password");
            assertThatNoPasswordIsIn(failure);
        }
    }

    private PreflightFailedException refused(Endpoint source, Endpoint target) {
        PreflightFailedException failure = catchThrowableOfType(
                PreflightFailedException.class,
                () -> migration(source, target).start().close());
        assertThat(failure).isNotNull();
        assertThatNoPasswordIsIn(failure);
        return failure;
    }

    private static void assertThatNoPasswordIsIn(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            assertThat(cause.toString()).doesNotContain(PASSWORD).doesNotContain(WRONG);
            for (Throwable suppressed : cause.getSuppressed()) {
                assertThatNoPasswordIsIn(suppressed);
            }
        }
    }

    private static Finding theOnly(PreflightFailedException failure) {
        assertThat(failure.report().findings()).as(failure.getMessage()).hasSize(1);
        return failure.report().findings().get(0);
    }

    private static Migration migration(Endpoint source, Endpoint target) {
        return Migration.builder().name("refused").source(source).target(target).build();
    }

    private static Endpoint source(PostgresPair pair) {
        return url(pair.sourceUrl());
    }

    private static Endpoint target(PostgresPair pair) {
        return url(pair.targetUrl());
    }

    private static Endpoint url(String url) {
        return Endpoint.of(url).credentials("mover", PASSWORD);
    }
}
