package dev.godwit.schema;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;

/**
 * Has pg_dump write the statements. When they are executed, by which names they are remembered, and what of them only the migration
 * itself may do, is as with the catalog's preparer, whose plan is made beside.
 *
 * @param options how pg_dump is run
 */
record PgDumpPreparer(PgDumpOptions options) implements SchemaPreparer {

    @Override
    public SchemaCopyOptions carried() {
        return SchemaCopyOptions.builder()
                .owners(options.owners())
                .privileges(options.privileges())
                .build();
    }

    /** Without a login: what the connection tells of itself, and a password that libpq finds as the driver has found it. */
    @Override
    public SchemaPlan plan(Connection source, Connection target, Predicate<TableName> tables) throws SQLException {
        return plan(source, target, tables, () -> {
            Properties login = Driver.parseURL(source.getMetaData().getURL(), new Properties());
            if (login == null) {
                throw new SQLException(
                        "SchemaPreparers.pgDump: the source's connection is not one of PostgreSQL's driver,"
                                + " so there is no telling how pg_dump is to connect; give it a SourceLogin");
            }
            login.setProperty("user", source.getMetaData().getUserName());
            return login;
        });
    }

    @Override
    public SchemaPlan plan(Connection source, Connection target, Predicate<TableName> tables, SourceLogin login)
            throws SQLException {
        SchemaPlan own = SchemaPreparers.fromCatalog().plan(source, target, tables);
        DumpTarget there = CatalogQuery.on(target, DumpTarget::read);
        Set<String> all = new HashSet<>();
        Set<String> ofIdentities = new HashSet<>();
        List<TableName> leftOut = new ArrayList<>();
        int from = CatalogQuery.on(source, query -> {
            SchemaReader.Result read = SchemaReader.read(
                    query, table -> true, TargetServer.imagined(query.version()), SchemaCopyOptions.defaults());
            read.objects().forEach(object -> all.add(object.label()));
            Catalog whole = CatalogReader.readWithForeignTables(query, table -> true);
            leftOut.addAll(leftOut(whole, CatalogReader.readWithForeignTables(query, tables), tables));
            whole.sequences().stream()
                    .filter(sequence ->
                            sequence.owner().filter(Sequence.Owner::isIdentity).isPresent())
                    .forEach(sequence -> ofIdentities.add(
                            ObjectKind.SEQUENCE.label() + " " + sequence.name().quoted()));
            return query.version();
        });
        PgDumpProgram program = PgDumpProgram.find(options.program().orElse(null), major(from), major(there.version()));
        Map<String, String> environment = LibpqEnvironment.of(login.lookup(), options.environment());
        String text = new PgDumpRun(program, environment, options, leftOut).dump();
        SchemaPlan dumped = new DumpPlanner(own, all, there).plan(text);
        return withSequences(
                dumped,
                own.steps().stream()
                        .filter(step -> ofIdentities.contains(step.id()))
                        .toList());
    }

    /** The sequence of an identity column is not dumped without its table, also where another table draws from it. */
    private static SchemaPlan withSequences(SchemaPlan dumped, List<SchemaStep> sequences) {
        List<SchemaStep> steps = new ArrayList<>(dumped.steps());
        Set<String> ids = steps.stream().map(SchemaStep::id).collect(Collectors.toSet());
        int behindSchemas = 0;
        for (int i = 0; i < steps.size(); i++) {
            behindSchemas = steps.get(i).id().startsWith(ObjectKind.SCHEMA.label() + " ") ? i + 1 : behindSchemas;
        }
        steps.addAll(
                behindSchemas,
                sequences.stream().filter(step -> !ids.contains(step.id())).toList());
        return new SchemaPlan(steps, dumped.notCarried(), dumped.needs(), dumped.remarks());
    }

    private static int major(int version) {
        return version / 10_000;
    }

    /** Tables that are not selected, and the sequences that belong to them and that no other table needs. */
    private static List<TableName> leftOut(Catalog all, Catalog selected, Predicate<TableName> tables) {
        List<TableName> leftOut = new ArrayList<>();
        Set<TableName> foreign = new HashSet<>(all.foreignTables());
        Predicate<TableName> whole = FixedSelection.whole(tables);
        all.tables().stream()
                .map(Table::name)
                .filter(name -> !(foreign.contains(name) ? whole : tables).test(name))
                .forEach(leftOut::add);
        Set<TableName> names = new HashSet<>(leftOut);
        Set<TableName> needed =
                selected.sequences().stream().map(Sequence::name).collect(Collectors.toSet());
        for (Sequence sequence : all.sequences()) {
            Sequence.@Nullable Owner owner = sequence.ownerOrNull();
            if (owner != null && names.contains(owner.table()) && !needed.contains(sequence.name())) {
                leftOut.add(sequence.name());
            }
        }
        return leftOut.stream().distinct().collect(Collectors.toList());
    }
}
