package dev.godwit.group;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.godwit.CopyOptions;
import dev.godwit.Endpoint;
import dev.godwit.Migration;
import dev.godwit.MigrationGroup;
import dev.godwit.Provokes;
import dev.godwit.result.Finding;
import dev.godwit.result.FindingCode;
import dev.godwit.result.PreflightFailedException;
import dev.godwit.result.PreflightReport;
import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.PostgresPairTest;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What only a group can see before it begins. */
@PostgresPairTest(source = "15", target = "17")
final class GroupPreflightIT {
    private static final List<String> DATABASES = List.of("a", "b", "c");

    @BeforeEach
    void prepare(PostgresPair pair) {
        for (String database : DATABASES) {
            pair.source().createDatabase(database);
            pair.source().execute(database, "CREATE TABLE t (id int PRIMARY KEY)");
        }
    }

    private static Migration.Builder migration(PostgresPair pair, String name, String source, String target) {
        return Migration.builder()
                .name(name)
                .source(Endpoint.of(pair.source().url(source)).credentials("postgres", ""))
                .target(Endpoint.of(pair.target().url(target)).credentials("postgres", ""))
                .createTargetDatabase(true)
                .copy(CopyOptions.builder().workers(10).build());
    }

    private static MigrationGroup group(PostgresPair pair) {
        MigrationGroup.Builder group = MigrationGroup.builder().name("all");
        DATABASES.forEach(database -> group.migration(migration(pair, "move-" + database, database, database)));
        return group.build();
    }

    /** Of what only a group can see. */
    private static final Set<String> GROUPS = Stream.of(FindingCode.values())
            .filter(code -> code.name().startsWith("GROUP_"))
            .map(FindingCode::code)
            .collect(Collectors.toSet());

    private static List<String> codes(PreflightReport report) {
        return report.findings().stream()
                .map(Finding::code)
                .filter(GROUPS::contains)
                .toList();
    }

    @Test
    void findsNothingWhereThereIsEnoughForAll(PostgresPair pair) {
        PreflightReport report = group(pair).preflight();
        assertThat(report.blockers()).isEmpty();
        assertThat(codes(report)).isEmpty();
    }

    @Test
    @Provokes({FindingCode.GROUP_REPLICATION_SLOTS, FindingCode.GROUP_WALSENDERS, FindingCode.GROUP_CONNECTIONS})
    void findsThatSlotsWalsendersAndConnectionsAreTooFewForAllTogether(PostgresPair pair) {
        pair.source().setParameter("max_replication_slots", "2");
        pair.source().setParameter("max_wal_senders", "2");
        pair.source().setParameter("max_connections", "30");
        pair.source().restart();
        PreflightReport report = group(pair).preflight();
        assertThat(codes(report))
                .containsExactlyInAnyOrder(
                        FindingCode.GROUP_REPLICATION_SLOTS.code(),
                        FindingCode.GROUP_WALSENDERS.code(),
                        FindingCode.GROUP_CONNECTIONS.code());
        assertThat(report.toString())
                .contains("'move-a', 'move-b', 'move-c' need 3 replication slots")
                .contains("2 of 2 are free")
                .contains("ALTER SYSTEM SET max_replication_slots = 4")
                .contains("take up to 38 connections to their source");
        assertThatThrownBy(() -> group(pair).start())
                .isInstanceOf(PreflightFailedException.class)
                .hasMessageContaining("migration 'all' cannot start");
        assertThatThrownBy(() -> group(pair).resume())
                .isInstanceOf(PreflightFailedException.class)
                .hasMessageContaining("ALTER SYSTEM SET max_replication_slots = 4");
        assertThat(pair.target().query("postgres", "SELECT datname FROM pg_database WHERE datname = 'a'"))
                .isEmpty();
    }

    @Test
    @Provokes({FindingCode.GROUP_SAME_SOURCE, FindingCode.GROUP_SAME_TARGET})
    void findsTwoWithTheSameTargetAndTwoWithTheSameSource(PostgresPair pair) {
        MigrationGroup group = MigrationGroup.builder()
                .name("all")
                .migration(migration(pair, "one", "a", "x"))
                .migration(migration(pair, "two", "b", "x"))
                .migration(migration(pair, "three", "b", "y"))
                .build();
        PreflightReport report = group.preflight();
        assertThat(codes(report))
                .containsExactlyInAnyOrder(FindingCode.GROUP_SAME_SOURCE.code(), FindingCode.GROUP_SAME_TARGET.code());
        assertThat(report.toString())
                .contains("migrations 'one', 'two' have the same target database 'x'")
                .contains("migrations 'two', 'three' have the same source database 'b'");
        assertThatThrownBy(group::resume)
                .isInstanceOf(PreflightFailedException.class)
                .hasMessageContaining("have the same target database 'x'");
        assertThat(pair.target().query("postgres", "SELECT datname FROM pg_database WHERE datname IN ('x', 'y')"))
                .isEmpty();
    }

    @Test
    void asksOnlyWhoIsNotRecordedWhenTheGroupGoesOn(PostgresPair pair) {
        migration(pair, "move-a", "a", "a").build().start().close();
        pair.source().execute("c", "DROP TABLE t");
        MigrationGroup group = group(pair);
        assertThatThrownBy(group::resume)
                .isInstanceOfSatisfying(
                        PreflightFailedException.class,
                        e -> assertThat(e.report().blockers())
                                .extracting(Finding::object)
                                .containsExactly("move-c: source"));
        assertThat(pair.target().query("postgres", "SELECT datname FROM pg_database WHERE datname = 'b'"))
                .isEmpty();
        pair.source().execute("c", "CREATE TABLE t (id int PRIMARY KEY)");
        group.resume().close();
        group.cleanUp();
    }

    @Test
    void givesTheFindingsOfAllMembersWithTheirNames(PostgresPair pair) {
        pair.source().execute("b", "ALTER TABLE t DROP CONSTRAINT t_pkey");
        pair.source().execute("c", "DROP TABLE t");
        PreflightReport report = group(pair).preflight();
        assertThat(report.blockers()).extracting(Finding::object).contains("move-b: public.t", "move-c: source");
        assertThat(report.blockers()).hasSize(2);
    }
}
