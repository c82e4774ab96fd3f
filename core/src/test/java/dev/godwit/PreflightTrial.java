package dev.godwit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.result.Finding;
import dev.godwit.result.FindingCode;
import dev.godwit.result.PreflightReport;
import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.PostgresServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** What tests of the preflight do over and over. */
final class PreflightTrial {
    static final String TABLE = "CREATE TABLE item (id int PRIMARY KEY, name text)";

    private PreflightTrial() {}

    static PreflightReport report(PostgresPair pair) {
        return report(pair.sourceUrl(), pair.targetUrl(), "postgres");
    }

    static PreflightReport report(PostgresPair pair, String role) {
        return report(pair.sourceUrl(), pair.targetUrl(), role);
    }

    static PreflightReport report(String source, String target, String role) {
        return Migration.builder()
                .name("checked")
                .source(Endpoint.of(source).credentials(role, ""))
                .target(Endpoint.of(target).credentials(role, ""))
                .build()
                .preflight();
    }

    /** Nothing is found, so nothing else stood in the way before. */
    static void assertNothingFound(PostgresPair pair) {
        assertThat(report(pair).findings()).isEmpty();
    }

    /** The only finding there is. */
    static Finding only(PreflightReport report, FindingCode code) {
        assertThat(report.findings()).extracting(Finding::code).containsExactly(code.code());
        assertThat(report.findings().get(0).severity()).isEqualTo(code.severity());
        return report.findings().get(0);
    }

    static List<Finding> all(PreflightReport report, FindingCode code) {
        return report.findings().stream()
                .filter(finding -> finding.code().equals(code.code()))
                .toList();
    }

    /** The only one of its kind. */
    static Finding one(PreflightReport report, FindingCode code) {
        assertThat(all(report, code)).as("%s in %s", code, report).hasSize(1);
        return all(report, code).get(0);
    }

    /** As it stands, as somebody would who pastes it; then what needs a restart or a reload gets it. */
    static void mend(PostgresServer server, Finding finding) {
        try (Connection connection = server.connect("app");
                Statement statement = connection.createStatement()) {
            statement.execute(finding.remedy());
        } catch (SQLException e) {
            throw new AssertionError("the remedy cannot be executed: " + finding.remedy(), e);
        }
        if (finding.remedy().contains("then restart")) {
            server.restart();
        } else if (finding.remedy().contains("pg_reload_conf")) {
            server.reload();
        }
    }
}
