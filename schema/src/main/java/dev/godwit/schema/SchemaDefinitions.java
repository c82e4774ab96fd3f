package dev.godwit.schema;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/** The definitions of a database's objects by kind and name, in a form in which two databases can be compared. */
final class SchemaDefinitions {

    private static final String IDENTIFIER = "(?:\"(?:[^\"]|\"\")+\"|[\\p{L}_][\\p{L}\\p{N}_$]*)";
    private static final Pattern QUALIFIER = Pattern.compile(IDENTIFIER + "\\.(?=[\"\\p{L}_])");
    private static final Pattern NOT_NULL = Pattern.compile("(CONSTRAINT " + IDENTIFIER + " )?NOT NULL");
    private static final Pattern MULTIRANGE = Pattern.compile(",MULTIRANGE_TYPE_NAME=" + IDENTIFIER);
    private static final Pattern IN_ARGUMENT = Pattern.compile("([(,]\\s*)IN ");
    private static final Pattern WHITE_SPACE_AND_PARENTHESES = Pattern.compile("[\\s()]+");

    private SchemaDefinitions() {}

    static List<SchemaDifference> compare(Connection left, Connection right, Predicate<TableName> tables)
            throws SQLException {
        int leftVersion = CatalogQuery.on(left, CatalogQuery::version);
        int rightVersion = CatalogQuery.on(right, CatalogQuery::version);
        boolean sameMajor = leftVersion / 10_000 == rightVersion / 10_000;
        TargetServer target = TargetServer.imagined(Math.max(leftVersion, rightVersion));
        Map<String, String> onLeft = CatalogQuery.on(left, query -> read(query, tables, target, sameMajor));
        Map<String, String> onRight = CatalogQuery.on(right, query -> read(query, tables, target, sameMajor));
        UnaryOperator<String> form = sameMajor ? UnaryOperator.identity() : SchemaDefinitions::acrossVersions;
        if (Math.min(leftVersion, rightVersion) < 140_000) {
            form = form.andThen(SchemaDefinitions::withoutMultirange)::apply;
        }
        Set<String> names = new TreeSet<>(onLeft.keySet());
        names.addAll(onRight.keySet());
        List<SchemaDifference> differences = new ArrayList<>();
        for (String name : names) {
            String one = onLeft.get(name);
            String other = onRight.get(name);
            if (one == null || other == null || !form.apply(one).equals(form.apply(other))) {
                differences.add(new SchemaDifference(name, one, other));
            }
        }
        return differences;
    }

    static Map<String, String> read(Connection connection, Predicate<TableName> tables) throws SQLException {
        return CatalogQuery.on(connection, query -> {
            TargetServer server = TargetServer.imagined(query.version());
            SchemaReader.Result read = SchemaReader.read(query, tables, server, SchemaCopyOptions.defaults());
            Map<String, String> definitions = definitions(read);
            // What belongs to tables that are not of interest is none of anybody's business.
            new ObjectGraph(read.objects(), read.dependencies())
                    .leaveOutWhatMisses()
                    .forEach(miss -> definitions.remove(miss.object().label()));
            return definitions;
        });
    }

    private static Map<String, String> read(
            CatalogQuery query, Predicate<TableName> tables, TargetServer target, boolean sameMajor)
            throws SQLException {
        // Before 18 a table's NOT NULL has no name and is not a constraint.
        SchemaReader.Result read = sameMajor
                ? SchemaReader.read(query, tables, target, SchemaCopyOptions.defaults())
                : SchemaReader.readForComparison(query, tables, target);
        return definitions(read);
    }

    private static Map<String, String> definitions(SchemaReader.Result read) {
        Map<String, String> definitions = new TreeMap<>();
        for (SchemaObject object : read.objects()) {
            definitions.put(object.label(), object.definition().sql(Set.of()));
        }
        read.additions().forEach((id, statements) -> {
            // The comments of extensions and their members change with the version.
            if (id.catalog() != ObjectId.EXTENSION && !read.dependencies().isMember(id)) {
                statements.forEach(statement -> definitions.put(statement, statement));
            }
        });
        return definitions;
    }

    /** Multiranges exist since 14. */
    private static String withoutMultirange(String sql) {
        return MULTIRANGE.matcher(sql).replaceAll("");
    }

    /** Takes out what versions deparse differently though it means the same. */
    static String acrossVersions(String sql) {
        String text = QUALIFIER.matcher(sql).replaceAll("");
        if (text.startsWith("CREATE OR REPLACE PROCEDURE ")) {
            // Since 14 it is said of each argument that goes in.
            text = IN_ARGUMENT.matcher(text).replaceAll("$1");
        }
        String withoutNames = NOT_NULL.matcher(text).replaceAll("NOT NULL");
        // Since 17 that of a domain is among its constraints, which follow the default.
        if (withoutNames.startsWith("CREATE DOMAIN ") && withoutNames.contains("NOT NULL")) {
            withoutNames = withoutNames.replace("NOT NULL", "") + " NOT NULL";
        }
        String bare = WHITE_SPACE_AND_PARENTHESES.matcher(withoutNames).replaceAll("");
        // Before 11 triggers execute procedures.
        return bare.replace("EXECUTEPROCEDURE", "EXECUTEFUNCTION");
    }
}
