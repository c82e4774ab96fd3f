package dev.godwit.schema;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** Reads everything that a plan is made of from one server. */
final class SchemaReader {

    private final CatalogQuery query;
    private final List<SchemaObject> objects = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();

    private SchemaReader(CatalogQuery query) {
        this.query = query;
    }

    /**
     * What was read.
     *
     * @param objects every object that is carried, unless it needs something that is not
     * @param notes what is not carried
     */
    record Result(
            List<SchemaObject> objects,
            Dependencies dependencies,
            Map<ObjectId, List<String>> comments,
            List<String> notes) {}

    static Result read(CatalogQuery query, Predicate<TableName> tables, TargetServer target) throws SQLException {
        return read(query, tables, target, true);
    }

    /** Reads NOT NULL as an attribute of a column in every version, also where it is a constraint with a name. */
    static Result readWithoutNames(CatalogQuery query, Predicate<TableName> tables, TargetServer target)
            throws SQLException {
        return read(query, tables, target, false);
    }

    private static Result read(
            CatalogQuery query, Predicate<TableName> tables, TargetServer target, boolean namesNotNull)
            throws SQLException {
        SchemaReader reader = new SchemaReader(query);
        TableDetails details = TableDetails.read(query, namesNotNull);
        reader.readAll(CatalogReader.read(query, tables), details, target);
        return new Result(reader.objects, Dependencies.read(query), new CommentReader(query).read(), reader.notes);
    }

    private void readAll(Catalog catalog, TableDetails details, TargetServer target) throws SQLException {
        add(new NamespaceReader(query));
        addExtensions(target);
        add(new CollationReader(query));
        add(new TypeReader(query));
        add(new DomainReader(query));
        add(new FunctionReader(query));
        add(new AggregateReader(query));
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
        PolicyReader policies = new PolicyReader(query, target.hasRole());
        add(policies);
        notes.addAll(policies.notes());
        notes.addAll(new UncarriedReader(query).read());
    }

    private void add(ObjectReader reader) throws SQLException {
        objects.addAll(reader.read());
    }

    private void addExtensions(TargetServer target) throws SQLException {
        for (ExtensionReader.Extension extension : new ExtensionReader(query, target.hasExtensionVersion()).read()) {
            if (target.hasExtension().test(extension.name())) {
                objects.add(extension.object());
            } else {
                notes.add("extension " + extension.name() + ": it is not installed on the target's host");
            }
        }
    }
}
