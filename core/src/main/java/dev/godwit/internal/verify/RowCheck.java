package dev.godwit.internal.verify;

import dev.godwit.internal.schema.KeyEquality;
import dev.godwit.replication.TableRows;
import dev.godwit.result.RowDifference;
import dev.godwit.schema.Catalog;
import dev.godwit.schema.CatalogReader;
import dev.godwit.schema.ReplicaIdentity;
import dev.godwit.schema.Table;
import dev.godwit.schema.TableName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Compares rows that are named by a key, both sides at once. What has to be known of the tables is read ahead.
 *
 * <p>Used by one thread; the caller owns both transactions.
 */
public final class RowCheck {
    private static final int KEYS_PER_QUERY = 5_000;
    private static final String NUMBER = "\"godwit n\"";

    private final Map<TableName, Table> tables;
    private final Map<TableName, Compared> compared;
    private final Digest digest;

    private RowCheck(Map<TableName, Table> tables, Map<TableName, Compared> compared, Digest digest) {
        this.tables = tables;
        this.compared = compared;
        this.digest = digest;
    }

    /**
     * Reads what the tables look like.
     *
     * @param source a session in a transaction
     * @param target likewise
     * @param wanted the tables of which rows may be compared
     * @param parts which part is migrated of tables of which not all is
     */
    public static RowCheck prepare(
            Connection source, Connection target, Predicate<TableName> wanted, Map<TableName, TableRows> parts)
            throws SQLException {
        Catalog onTarget = CatalogReader.read(target, wanted);
        Digest digest = Digest.common(source, target);
        boolean floatsDiffer = (Digest.version(source) < TypeForms.SHORTEST_FLOATS)
                != (Digest.version(target) < TypeForms.SHORTEST_FLOATS);
        Compared.Types types = new Compared.Types(
                TypeForms.read(source, digest, floatsDiffer), TypeForms.read(target, digest, floatsDiffer));
        Map<TableName, Table> tables = new TreeMap<>();
        Map<TableName, Compared> compared = new TreeMap<>();
        for (Table table : CatalogReader.read(source, wanted).tables()) {
            onTarget.table(table.name()).ifPresent(other -> {
                tables.put(table.name(), table);
                compared.put(
                        table.name(),
                        Compared.of(table, other, parts.getOrDefault(table.name(), TableRows.ALL), types, 0));
            });
        }
        return new RowCheck(tables, compared, digest);
    }

    /**
     * Gives the columns by which changes of a table tell which row they are about.
     *
     * @return in key order; empty if they do not
     */
    public static List<String> changeKey(Table table) {
        return table.replicaIdentity().setting() == ReplicaIdentity.Setting.FULL
                ? table.primaryKey()
                : table.replicaIdentity().keyColumns();
    }

    /** Gives a table as the source has it; null if not both sides have it. */
    public @Nullable Table tableOrNull(TableName name) {
        return tables.get(name);
    }

    /** Tells how columns of a table are compared with a value on the source. */
    public List<KeyEquality> equalityOnSource(TableName table, List<String> columns) {
        return equality(Side.SOURCE, table, columns);
    }

    /** Gives the same for the target. */
    public List<KeyEquality> equalityOnTarget(TableName table, List<String> columns) {
        return equality(Side.TARGET, table, columns);
    }

    private List<KeyEquality> equality(Side side, TableName table, List<String> columns) {
        Compared plan = compared(table);
        return columns.stream().map(column -> plan.equality(side, column)).toList();
    }

    private Compared compared(TableName table) {
        Compared plan = compared.get(table);
        if (plan == null) {
            throw new IllegalArgumentException("table " + table + " is not on both sides");
        }
        return plan;
    }

    /** What one side has of a row: hashes of its key and of itself, or of each of its columns. */
    private record Row(String key, List<String> hashes) {}

    /**
     * Compares rows.
     *
     * @param table the table
     * @param key the columns by which the rows are named
     * @param rows the text of these, a list for each row
     * @return those that both sides do not have alike, in the order given
     * @throws IllegalArgumentException if not both sides have the table
     */
    public List<RowDifference> compare(
            Connection source, Connection target, TableName table, List<String> key, List<List<String>> rows)
            throws SQLException, InterruptedException {
        Compared plan = compared(table);
        List<RowDifference> differences = new ArrayList<>();
        for (int from = 0; from < rows.size(); from += KEYS_PER_QUERY) {
            List<List<String>> some = rows.subList(from, Math.min(rows.size(), from + KEYS_PER_QUERY));
            differences.addAll(batch(source, target, new Question(plan, key, some)));
        }
        return differences;
    }

    /** Rows of a table that are asked for at a time. */
    private record Question(Compared table, List<String> key, List<List<String>> rows) {}

    private List<RowDifference> batch(Connection source, Connection target, Question question)
            throws SQLException, InterruptedException {
        String whole = digest.ofText(question.table().text(question.table().columns()));
        Both both = ask(source, target, question, List.of(whole));
        List<RowDifference> differences = new ArrayList<>();
        List<Integer> different = new ArrayList<>();
        for (int i = 0; i < question.rows().size(); i++) {
            List<Row> there = both.source().getOrDefault(i, List.of());
            List<Row> here = both.target().getOrDefault(i, List.of());
            if (!there.equals(here)) {
                RowDifference.Kind kind = here.isEmpty()
                        ? RowDifference.Kind.MISSING
                        : there.isEmpty() ? RowDifference.Kind.EXTRA : RowDifference.Kind.DIFFERENT;
                if (kind == RowDifference.Kind.DIFFERENT) {
                    different.add(i);
                }
                String hash = (there.isEmpty() ? here : there).get(0).key();
                differences.add(difference(question, i, hash, kind, List.of()));
            }
        }
        return different.isEmpty() ? differences : withColumns(source, target, question, different, differences);
    }

    private List<RowDifference> withColumns(
            Connection source,
            Connection target,
            Question question,
            List<Integer> different,
            List<RowDifference> differences)
            throws SQLException, InterruptedException {
        List<String> columns = question.table().columns();
        Question some = new Question(
                question.table(),
                question.key(),
                different.stream().map(question.rows()::get).toList());
        Both both = ask(
                source,
                target,
                some,
                columns.stream()
                        .map(column -> digest.ofText(question.table().text(List.of(column))))
                        .toList());
        Map<List<String>, List<String>> differing = new LinkedHashMap<>();
        for (int i = 0; i < some.rows().size(); i++) {
            List<String> there = hashes(both.source(), i);
            List<String> here = hashes(both.target(), i);
            differing.put(
                    some.rows().get(i),
                    IntStream.range(0, columns.size())
                            .filter(column -> !there.get(column).equals(here.get(column)))
                            .mapToObj(columns::get)
                            .toList());
        }
        return differences.stream()
                .map(one -> one.kind() == RowDifference.Kind.DIFFERENT
                        ? new RowDifference(
                                one.table(),
                                one.key(),
                                one.keyHash(),
                                one.kind(),
                                one.rows(),
                                differing.getOrDefault(List.copyOf(one.key().values()), List.of()),
                                null)
                        : one)
                .toList();
    }

    /** Both sides have this row. */
    private static List<String> hashes(Map<Integer, List<Row>> rows, int number) {
        return Objects.requireNonNull(rows.get(number)).get(0).hashes();
    }

    private static RowDifference difference(
            Question question, int row, String hash, RowDifference.Kind kind, List<String> columns) {
        Map<String, String> key = new LinkedHashMap<>();
        for (int i = 0; i < question.key().size(); i++) {
            key.put(question.key().get(i), question.rows().get(row).get(i));
        }
        return new RowDifference(question.table().name(), key, hash, kind, 1, columns, null);
    }

    private record Both(Map<Integer, List<Row>> source, Map<Integer, List<Row>> target) {}

    private Both ask(Connection source, Connection target, Question question, List<String> hashes)
            throws SQLException, InterruptedException {
        FutureTask<Map<Integer, List<Row>>> other = new FutureTask<>(() -> ask(target, Side.TARGET, question, hashes));
        Thread thread = new Thread(other, "godwit-row-check");
        thread.setDaemon(true);
        thread.start();
        Map<Integer, List<Row>> there;
        try {
            there = ask(source, Side.SOURCE, question, hashes);
        } finally {
            // The caller goes on with the session.
            thread.join();
        }
        try {
            return new Both(there, other.get());
        } catch (ExecutionException e) {
            if (e.getCause() instanceof SQLException sql) {
                throw sql;
            }
            throw new IllegalStateException("rows of the target could not be compared", e.getCause());
        }
    }

    private Map<Integer, List<Row>> ask(Connection connection, Side side, Question question, List<String> hashes)
            throws SQLException {
        Map<Integer, List<Row>> found = new TreeMap<>();
        try (PreparedStatement query = connection.prepareStatement(sql(side, question, hashes))) {
            for (int column = 0; column < question.key().size(); column++) {
                int number = column;
                Object[] values =
                        question.rows().stream().map(row -> row.get(number)).toArray();
                query.setArray(column + 1, connection.createArrayOf("text", values));
            }
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    List<String> read = new ArrayList<>();
                    for (int i = 0; i < hashes.size(); i++) {
                        read.add(String.valueOf(row.getString(i + 3)));
                    }
                    found.computeIfAbsent(row.getInt(1) - 1, number -> new ArrayList<>())
                            .add(new Row(row.getString(2), read));
                }
            }
        }
        found.values()
                .forEach(rows -> rows.sort((one, two) ->
                        one.hashes().toString().compareTo(two.hashes().toString())));
        return found;
    }

    private String sql(Side side, Question question, List<String> hashes) {
        Compared table = question.table();
        List<String> names = IntStream.range(0, question.key().size())
                .mapToObj(i -> "\"godwit " + i + "\"")
                .toList();
        String condition = IntStream.range(0, names.size())
                .mapToObj(i -> table.equality(side, question.key().get(i))
                        .condition(
                                Sql.identifier(question.key().get(i)),
                                names.get(i) + "::"
                                        + type(table.name(), question.key().get(i))))
                .collect(Collectors.joining(" AND "));
        return "SELECT " + NUMBER + ", " + digest.ofText(table.text(question.key())) + ", " + String.join(", ", hashes)
                + " FROM unnest(" + String.join(", ", Collections.nCopies(names.size(), "?::text[]"))
                + ") WITH ORDINALITY AS \"godwit keys\"(" + String.join(", ", names) + ", " + NUMBER + ") JOIN "
                + table.from().get(side) + " ON " + condition;
    }

    private String type(TableName table, String column) {
        return Objects.requireNonNull(tables.get(table))
                .column(column)
                .orElseThrow()
                .type();
    }
}
