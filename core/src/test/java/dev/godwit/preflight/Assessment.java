package dev.godwit.preflight;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.Endpoint;
import dev.godwit.Migration;
import dev.godwit.TableFilter;
import dev.godwit.result.Finding;
import dev.godwit.result.FindingCode;
import dev.godwit.result.PreflightReport;
import dev.godwit.schema.SchemaPreparer;
import dev.godwit.schema.SchemaPreparers;
import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.PostgresServer;
import java.util.List;

/** What the preflight says of a pair of databases. */
final class Assessment {
    static final String TABLE = "CREATE TABLE item (id int PRIMARY KEY, name text)";

    private final PreflightReport report;

    private Assessment(PreflightReport report) {
        this.report = report;
    }

    static Assessment of(PostgresPair pair) {
        return of(pair, "postgres", TableFilter.all(), SchemaPreparers.fromCatalog());
    }

    static Assessment of(PostgresPair pair, String role, TableFilter tables, SchemaPreparer preparer) {
        return of(pair.sourceUrl(), pair.targetUrl(), role, tables, preparer);
    }

    /** Of databases of other names. */
    static Assessment of(PostgresPair pair, String source, String target) {
        return of(
                pair.source().url(source),
                pair.target().url(target),
                "postgres",
                TableFilter.all(),
                SchemaPreparers.fromCatalog());
    }

    private static Assessment of(
            String source, String target, String role, TableFilter tables, SchemaPreparer preparer) {
        return new Assessment(Migration.builder()
                .name("assessed")
                .source(Endpoint.of(source).credentials(role, ""))
                .target(Endpoint.of(target).credentials(role, ""))
                .tables(tables)
                .schema(preparer)
                .build()
                .preflight());
    }

    /** The findings of a kind, all of which have its severity and say what to do. */
    List<Finding> all(FindingCode code) {
        List<Finding> found = report.findings().stream()
                .filter(finding -> finding.code().equals(code.code()))
                .toList();
        assertThat(found).allSatisfy(finding -> {
            assertThat(finding.severity()).isEqualTo(code.severity());
            assertThat(finding.object()).isNotBlank();
            assertThat(finding.observed()).isNotBlank();
            assertThat(finding.required()).isNotBlank();
            assertThat(finding.remedy()).isNotBlank();
        });
        assertThat(report.findings())
                .extracting(Finding::code)
                .as("every check gives an answer: %s", report)
                .doesNotContain(FindingCode.PREFLIGHT.code(), FindingCode.CHECK_SKIPPED.code());
        return found;
    }

    Finding only(FindingCode code) {
        assertThat(all(code)).as("findings of kind %s in %s", code, report).hasSize(1);
        return all(code).get(0);
    }

    void hasNone(FindingCode code) {
        assertThat(all(code)).isEmpty();
    }

    /** As a remedy stands, as somebody would who pastes it. */
    static void execute(PostgresServer server, String database, String sql) {
        server.execute(database, sql);
    }
}
