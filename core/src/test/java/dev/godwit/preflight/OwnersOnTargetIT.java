package dev.godwit.preflight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.godwit.Endpoint;
import dev.godwit.Migration;
import dev.godwit.MigrationRun;
import dev.godwit.TableFilter;
import dev.godwit.result.FindingCode;
import dev.godwit.result.MigrationException;
import dev.godwit.schema.SchemaCopyOptions;
import dev.godwit.schema.SchemaPreparer;
import dev.godwit.schema.SchemaPreparers;
import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.PostgresPairTest;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Owners that a role gives which is no superuser: the server wants the new owner to have CREATE on the object's schema. */
@PostgresPairTest(source = "15", target = "17")
final class OwnersOnTargetIT {
    private static final Duration READY = Duration.ofMinutes(3);
    private static final String REFUSED = "ERROR: permission denied for schema public [SQLSTATE 42501]";

    @Test
    void anOwnerWhoMayNotCreateInTheSchemaIsToldOfBeforeAndTheRunGoesOnOnceHeMay(PostgresPair pair) throws Exception {
        pair.source()
                .execute(
                        "app",
                        "CREATE ROLE mover SUPERUSER LOGIN",
                        "CREATE ROLE app",
                        "CREATE TABLE item (id int PRIMARY KEY)",
                        "INSERT INTO item SELECT generate_series(1, 100)",
                        "ALTER TABLE item OWNER TO app");
        pair.target()
                .execute(
                        "app",
                        "CREATE ROLE mover LOGIN",
                        "CREATE ROLE app",
                        "GRANT app TO mover",
                        "ALTER DATABASE app OWNER TO mover",
                        "GRANT SET ON PARAMETER session_replication_role TO mover");
        SchemaPreparer preparer = SchemaPreparers.fromCatalog(
                SchemaCopyOptions.builder().owners(true).build());

        assertThat(Assessment.of(pair, "mover", TableFilter.all(), preparer)
                        .only(FindingCode.REFUSED_STEP)
                        .observed())
                .isEqualTo("the target refuses the definition of owner of table public.item: " + REFUSED);

        Migration migration = Migration.builder()
                .name("owned")
                .source(Endpoint.of(pair.sourceUrl()).credentials("mover", ""))
                .target(Endpoint.of(pair.targetUrl()).credentials("mover", ""))
                .schema(preparer)
                .build();
        try (MigrationRun run = migration.start()) {
            assertThatThrownBy(() -> run.awaitReadyToCutover(READY))
                    .isInstanceOf(MigrationException.class)
                    .hasMessageContaining("schema step 'owner of table public.item' failed on the target: " + REFUSED)
                    .hasMessageContaining("Mend the cause on the target")
                    .hasMessageContaining("then resume");
        }
        pair.target().execute("app", "GRANT CREATE ON SCHEMA public TO app");
        try (MigrationRun run = migration.resume()) {
            run.awaitReadyToCutover(READY);
            run.cutover();
        }
        assertThat(pair.target()
                        .query("app", "SELECT relowner::regrole FROM pg_class WHERE oid = 'public.item'::regclass"))
                .containsExactly("app");
        assertThat(pair.target().query("app", "SELECT count(*) FROM item")).containsExactly("100");
    }
}
