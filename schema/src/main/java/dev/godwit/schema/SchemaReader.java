package dev.godwit.schema;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Reads everything that a plan is made of from one server. */
final class SchemaReader {

    private final CatalogQuery query;
    private final SchemaCopyOptions options;
    private final boolean exact;
    private final List<SchemaObject> objects = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();

    /** Extensions that the target has from another role, with the comments that CREATE EXTENSION gave them. */
    private final Set<ObjectId> foreignExtensions = new HashSet<>();

    private SchemaReader(CatalogQuery query, SchemaCopyOptions options, boolean exact) {
        this.query = query;
        this.options = options;
        this.exact = exact;
    }

    /**
     * What was read.
     *
     * @param objects every object that is carried, unless it needs something that is not
     * @param additions statements that follow an object once it is made: comments, and what binds it to an extension
     * @param notes what is not carried
     */
    record Result(
            List<SchemaObject> objects,
            Dependencies dependencies,
            Map<ObjectId, List<String>> additions,
            List<String> notes) {}

    static Result read(CatalogQuery query, Predicate<TableName> tables, TargetServer target, SchemaCopyOptions options)
            throws SQLException {
        return read(query, tables, target, options, true);
    }

    /**
     * Reads what versions keep differently as the oldest has it: NOT NULL as an attribute of a column, also where it is a constraint with a
     * name, and the members of operator classes as their family's.
     */
    static Result readForComparison(
            CatalogQuery query, Predicate<TableName> tables, TargetServer target, SchemaCopyOptions options)
            throws SQLException {
        return read(query, tables, target, options, false);
    }

    private static Result read(
            CatalogQuery query,
            Predicate<TableName> tables,
            TargetServer target,
            SchemaCopyOptions options,
            boolean exact)
            throws SQLException {
        SchemaReader reader = new SchemaReader(query, options, exact);
        TableDetails details = TableDetails.read(query, exact);
        reader.readAll(CatalogReader.readWithForeignTables(query, tables), details, target);
        if (!target.isSuperuser()) {
            reader.leaveOut(SuperuserObjects.read(query));
        }
        Map<ObjectId, List<String>> additions = new CommentReader(query).read();
        additions.keySet().removeAll(reader.foreignExtensions);
        new ExtensionBindingReader(query)
                .read()
                .forEach((id, statements) ->
                        additions.computeIfAbsent(id, key -> new ArrayList<>()).addAll(statements));
        Dependencies dependencies = Dependencies.read(query);
        SelectedSchemas.Result selected = SelectedSchemas.select(query, tables, reader.objects, dependencies);
        reader.notes.addAll(selected.notes());
        return new Result(selected.kept(), dependencies, additions, reader.notes);
    }

    private void readAll(Catalog catalog, TableDetails details, TargetServer target) throws SQLException {
        add(new NamespaceReader(query));
        addExtensions(target);
        add(new CollationReader(query));
        add(new BaseTypeReader(query));
        add(new TypeReader(query));
        add(new DomainReader(query));
        add(new FunctionReader(query));
        add(new AggregateReader(query));
        OperatorReader operators = new OperatorReader(query, target.version());
        add(operators);
        notes.addAll(operators.notes());
        add(new OperatorClassReader(query, exact));
        add(new CastReader(query));
        add(new ConversionReader(query));
        add(new AccessMethodReader(query));
        add(new LanguageReader(query));
        add(new TextSearchReader(query));
        ForeignDataReader foreign = new ForeignDataReader(query, target.roles().exists(), options.userMappingSecrets());
        add(foreign);
        notes.addAll(foreign.notes());
        objects.addAll(SequenceObjects.of(catalog));
        TableObjects tableObjects = new TableObjects(catalog, details, target.version());
        objects.addAll(tableObjects.objects());
        notes.addAll(tableObjects.notes());
        add(new ViewReader(query));
        add(new MaterializedViewReader(query));
        add(new ConstraintReader(query));
        IndexReader indexes = new IndexReader(query);
        add(indexes);
        notes.addAll(indexes.notes());
        add(new StatisticsReader(query));
        add(new RuleReader(query));
        add(new TriggerReader(query));
        add(new EventTriggerReader(query));
        PolicyReader policies = new PolicyReader(query, target.roles().exists());
        add(policies);
        notes.addAll(policies.notes());
        addOnRequest(target);
        notes.addAll(new UncarriedReader(query, target.roles(), options).read());
    }

    private void addOnRequest(TargetServer target) throws SQLException {
        if (options.owners()) {
            OwnerReader owners = new OwnerReader(query, target, sequencesAlone());
            add(owners);
            notes.addAll(owners.notes());
        }
        if (options.privileges()) {
            PrivilegeReader privileges = new PrivilegeReader(query, target, options.owners());
            add(privileges);
            notes.addAll(privileges.notes());
            DefaultPrivilegeReader defaults = new DefaultPrivilegeReader(query, target);
            add(defaults);
            notes.addAll(defaults.notes());
        }
        if (options.securityLabels()) {
            SecurityLabelReader labels =
                    new SecurityLabelReader(query, target.database().labelProviders());
            add(labels);
            notes.addAll(labels.notes());
        }
        if (options.tablespaces()) {
            Tablespaces tablespaces = Tablespaces.read(query, target.database().hasTablespace());
            objects.replaceAll(tablespaces::place);
            notes.addAll(tablespaces.notes());
        }
    }

    private Set<ObjectId> sequencesAlone() {
        Set<ObjectId> alone = objects.stream()
                .filter(object -> object.kind() == ObjectKind.SEQUENCE)
                .map(SchemaObject::id)
                .collect(Collectors.toSet());
        objects.stream()
                .filter(object -> object.kind() == ObjectKind.SEQUENCE_OWNER)
                .forEach(object -> alone.removeAll(object.requires()));
        return alone;
    }

    private void leaveOut(Set<ObjectId> forSuperusers) {
        for (SchemaObject object : List.copyOf(objects)) {
            if (forSuperusers.contains(object.id())) {
                objects.remove(object);
                notes.add(object.label() + ": only a superuser may create it, and the target's role is none");
            }
        }
    }

    private void add(ObjectReader reader) throws SQLException {
        objects.addAll(reader.read());
    }

    private void addExtensions(TargetServer target) throws SQLException {
        for (ExtensionReader.Extension extension : new ExtensionReader(query, target.hasExtensionVersion()).read()) {
            if (target.hasExtension().test(extension.name())) {
                objects.add(extension.object());
                if (target.database().isForeignExtension().test(extension.name())) {
                    foreignExtensions.add(extension.object().id());
                }
            } else {
                notes.add("extension " + extension.name() + ": it is not installed on the target's host");
            }
        }
    }
}
