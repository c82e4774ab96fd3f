package dev.godwit.schema;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The definitions of a database's objects by kind and name, in a form in which two databases can be compared. */
final class SchemaDefinitions {

    /** No part of a longer word: each is looked at once. */
    private static final String IDENTIFIER =
            "(?:\"(?:[^\"]|\"\")++\"|(?<![\\p{L}\\p{N}_$])[\\p{L}_][\\p{L}\\p{N}_$]*+)";

    private static final Pattern QUALIFIER = Pattern.compile(IDENTIFIER + "\\.(?=[\"\\p{L}_])");
    private static final Pattern NOT_NULL = Pattern.compile("(CONSTRAINT " + IDENTIFIER + " )?NOT NULL");
    private static final Pattern MULTIRANGE = Pattern.compile(",MULTIRANGE_TYPE_NAME=" + IDENTIFIER);
    private static final Pattern IN_ARGUMENT = Pattern.compile("([(,]\\s*)IN ");
    private static final Pattern WHITE_SPACE_AND_PARENTHESES = Pattern.compile("[\\s()]+");

    /** Whether a name is quoted depends on the version's keywords. */
    private static final Pattern NEEDLESS_QUOTES = Pattern.compile("\"([a-z_][a-z0-9_$]*)\"");
    /** A literal, which may name something, or a name in quotes, which may have quotes in it. */
    private static final Pattern QUOTED = Pattern.compile("'(?:[^']|'')*+'|\"(?:[^\"]|\"\")++\"");

    private static final Pattern BITS = Pattern.compile("\\bB('[01]*'::bit)");
    private static final Pattern FRACTION =
            Pattern.compile("'(-?(?=[0-9]+[.e])[0-9]+(?:\\.[0-9]+)?(?:e[+-][0-9]+)?)'(?=::double precision|[,)])");

    private static final Pattern COMMENT =
            Pattern.compile("(COMMENT ON (?:(?! IS )[^\"]|\"(?:[^\"]|\"\")*+\")++) IS ( E)?('.*)", Pattern.DOTALL);

    private final Predicate<TableName> tables;
    private final boolean comments;
    private final SchemaCopyOptions carried;

    SchemaDefinitions(Predicate<TableName> tables, boolean comments, SchemaCopyOptions carried) {
        this.tables = tables;
        this.comments = comments;
        this.carried = carried;
    }

    List<SchemaDifference> compare(Connection left, Connection right) throws SQLException {
        return compare(left, right, Set.of());
    }

    /** Compares the objects of these names in what the servers write, as if they were of one version. */
    List<SchemaDifference> compare(Connection left, Connection right, Set<String> asWritten) throws SQLException {
        int leftVersion = CatalogQuery.on(left, CatalogQuery::version);
        int rightVersion = CatalogQuery.on(right, CatalogQuery::version);
        boolean sameMajor = leftVersion / 10_000 == rightVersion / 10_000;
        TargetServer target = TargetServer.imagined(Math.max(leftVersion, rightVersion));
        Map<String, String> onLeft = CatalogQuery.on(left, query -> read(query, target, sameMajor));
        Map<String, String> onRight = CatalogQuery.on(right, query -> read(query, target, sameMajor));
        boolean hasMultiranges = Math.min(leftVersion, rightVersion) >= 140_000;
        if (!sameMajor) {
            onRight = namedAs(onLeft.keySet(), onRight);
        }
        Set<String> names = new TreeSet<>(onLeft.keySet());
        names.addAll(onRight.keySet());
        List<SchemaDifference> differences = new ArrayList<>();
        for (String name : names) {
            String one = onLeft.get(name);
            String other = onRight.get(name);
            UnaryOperator<String> form =
                    sameMajor || asWritten.contains(name) ? ReadAgain::of : SchemaDefinitions::acrossVersions;
            if (!hasMultiranges) {
                form = form.andThen(SchemaDefinitions::withoutMultirange)::apply;
            }
            if (one == null || other == null || !form.apply(one).equals(form.apply(other))) {
                differences.add(new SchemaDifference(name, one, other));
            }
        }
        return differences;
    }

    /** Gives the objects of another version the names under which this one has them: what it quotes is not what the other quotes. */
    private static Map<String, String> namedAs(Set<String> names, Map<String, String> others) {
        Map<String, String> byBareName = new HashMap<>();
        names.forEach(name -> byBareName.put(bareName(name), name));
        Map<String, String> renamed = new HashMap<>();
        others.forEach((name, definition) ->
                renamed.put(names.contains(name) ? name : byBareName.getOrDefault(bareName(name), name), definition));
        return renamed;
    }

    private static String bareName(String name) {
        return withoutNeedlessQuotes(name.replace("pg_catalog.", ""));
    }

    /** Reads what one server has, as that server writes it. */
    Map<String, String> read(Connection connection) throws SQLException {
        return CatalogQuery.on(connection, query -> read(query, TargetServer.imagined(query.version()), true));
    }

    private Map<String, String> read(CatalogQuery query, TargetServer target, boolean sameMajor) throws SQLException {
        AtomicBoolean isPart = new AtomicBoolean();
        Predicate<TableName> selected = watched(tables, isPart);
        if (tables instanceof FixedSelection fixed) {
            selected = new FixedSelection(selected, watched(fixed.whole(), isPart));
        }
        // Before 18 a table's NOT NULL has no name and is not a constraint.
        SchemaReader.Result read = sameMajor
                ? SchemaReader.read(query, selected, target, carried)
                : SchemaReader.readForComparison(query, selected, target, carried);
        if (!isPart.get()) {
            return definitions(read.objects(), read);
        }
        // What belongs to tables that are not of interest is none of anybody's business.
        ObjectGraph graph = new ObjectGraph(read.objects(), read.dependencies());
        Set<String> leftOut = new HashSet<>();
        graph.leaveOutWhatMisses().forEach(miss -> leftOut.add(miss.object().label()));
        Set<ObjectId> kept = new HashSet<>();
        graph.objects().forEach(object -> kept.add(object.id()));
        return definitions(
                read.objects().stream()
                        .filter(object -> kept.contains(object.id()) && !leftOut.contains(object.label()))
                        .toList(),
                read);
    }

    /** Notes whether any table is not selected. */
    private static Predicate<TableName> watched(Predicate<TableName> selection, AtomicBoolean isPart) {
        return table -> {
            boolean is = selection.test(table);
            isPart.compareAndSet(false, !is);
            return is;
        };
    }

    private Map<String, String> definitions(List<SchemaObject> objects, SchemaReader.Result read) {
        Map<String, String> definitions = new TreeMap<>();
        Map<ObjectId, SchemaObject> kept = new HashMap<>();
        Map<ObjectId, SchemaObject> all = new HashMap<>();
        read.objects().forEach(object -> all.put(object.id(), object));
        for (SchemaObject object : objects) {
            kept.put(object.id(), object);
            definitions.put(object.label(), object.definition().sql(Set.of()));
        }
        read.additions().forEach((id, statements) -> {
            Optional<SchemaObject> whole = read.dependencies().resolve(id, all);
            boolean isCompared =
                    whole.isPresent() && kept.containsKey(whole.get().id());
            // The comments of extensions and their members change with the version.
            if (isCompared
                    && id.catalog() != ObjectId.EXTENSION
                    && !read.dependencies().isMember(id)) {
                statements.forEach(statement -> addition(statement, definitions));
            }
        });
        return definitions;
    }

    private void addition(String statement, Map<String, String> definitions) {
        Optional<String> commented = commented(statement);
        if (commented.isEmpty()) {
            definitions.put(statement, statement);
        } else if (comments) {
            definitions.put(commented.get(), statement);
        }
    }

    /** What of a comment's statement names its object; empty for another statement. */
    static Optional<String> commented(String statement) {
        Matcher comment = COMMENT.matcher(statement);
        return comment.matches() ? Optional.of(comment.group(1)) : Optional.empty();
    }

    /** Multiranges exist since 14. */
    private static String withoutMultirange(String sql) {
        return MULTIRANGE.matcher(sql).replaceAll("");
    }

    private static String withoutNeedlessQuotes(String sql) {
        return QUOTED.matcher(sql).replaceAll(quoted -> {
            Matcher needless = NEEDLESS_QUOTES.matcher(quoted.group());
            boolean isWhole = quoted.group().startsWith("'") || needless.matches();
            return Matcher.quoteReplacement(isWhole ? needless.replaceAll("$1") : quoted.group());
        });
    }

    /** Whether what one server writes has changed, but nothing by which versions are compared. */
    static boolean isChangeOfWriting(@Nullable String before, @Nullable String now) {
        return before != null
                && now != null
                && !before.equals(now)
                && acrossVersions(before).equals(acrossVersions(now));
    }

    /** Takes out what versions deparse differently though it means the same. A body in dollar quotes is kept as it was given. */
    static String acrossVersions(String sql) {
        int body = sql.startsWith("CREATE OR REPLACE ") ? sql.indexOf("\nAS $") : -1;
        return body < 0 ? deparsed(sql) : deparsed(sql.substring(0, body)) + sql.substring(body);
    }

    private static String deparsed(String sql) {
        String text = QUALIFIER.matcher(ReadAgain.of(sql)).replaceAll("");
        text = withoutNeedlessQuotes(text);
        text = BITS.matcher(text).replaceAll("$1");
        // Before 12 a number was written with more digits than it takes to tell it from others.
        text = FRACTION.matcher(text).replaceAll(number -> "'" + Double.parseDouble(number.group(1)) + "'");
        // Since 16 it is said that XML is not indented.
        text = text.replace(" NO INDENT)", ")");
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
