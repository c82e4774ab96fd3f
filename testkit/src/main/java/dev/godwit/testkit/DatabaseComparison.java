package dev.godwit.testkit;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import javax.sql.DataSource;

/**
 * Compares the rows and sequences of two databases of any versions from 10 to 18: per table, each partition on its own, number of
 * rows and a checksum that does not depend on their order; where these differ the first keys that do. A sequence of the target may be
 * ahead, not behind. System schemas and {@code godwit} are left out.
 *
 * <p>Each side is read in one snapshot. Rows are hashed on the server, so that only checksums travel. Values are equal if their text is,
 * under settings pinned in the session; floating point and geometric types, and arrays of them, are compared bit by bit, because their
 * text differs between versions. In composites and ranges they are only where every attribute is of a built-in type.
 *
 * <p>Not thread-safe.
 */
public final class DatabaseComparison {
    private final DataSource source;
    private final DataSource target;
    private boolean tables = true;
    private boolean sequences = true;
    private final Set<String> excluded = new TreeSet<>(Set.of("godwit", "information_schema"));

    private DatabaseComparison(DataSource source, DataSource target) {
        this.source = source;
        this.target = target;
    }

    /**
     * Prepares a comparison.
     *
     * @param source what should be
     * @param target what is
     * @return the comparison, to be {@link #run}
     */
    public static DatabaseComparison between(DataSource source, DataSource target) {
        return new DatabaseComparison(source, target);
    }

    /**
     * Leaves a schema out on both sides.
     *
     * @param schema its name, not quoted
     * @return this comparison
     */
    public DatabaseComparison excludingSchema(String schema) {
        excluded.add(schema);
        return this;
    }

    /**
     * Leaves out tables: only sequences are compared.
     *
     * @return this comparison
     */
    public DatabaseComparison withoutTables() {
        tables = false;
        return this;
    }

    /**
     * Leaves out sequences: only tables are compared.
     *
     * @return this comparison
     */
    public DatabaseComparison withoutSequences() {
        sequences = false;
        return this;
    }

    /**
     * Compares.
     *
     * @return the differences, and how much was compared
     * @throws SQLException if one of the databases cannot be read
     */
    public ComparisonReport run() throws SQLException {
        try (ComparedDatabase left = ComparedDatabase.open(source, excluded);
                ComparedDatabase right = ComparedDatabase.open(target, excluded)) {
            List<String> differences = new ArrayList<>();
            List<String> common = List.of();
            long rows = 0;
            if (tables) {
                compareTableSets(left, right, differences);
                common = left.tables().keySet().stream()
                        .filter(right.tables()::containsKey)
                        .toList();
                rows = compareTables(left, right, common, differences);
            }
            int compared = sequences ? compareSequences(left, right, differences) : 0;
            return new ComparisonReport(differences, common.size(), rows, compared);
        }
    }

    private static void compareTableSets(ComparedDatabase left, ComparedDatabase right, List<String> differences) {
        for (ComparedTable table : left.tables().values()) {
            ComparedTable other = right.tables().get(table.name());
            if (other == null) {
                differences.add("table " + table.name() + " is missing in the target");
            } else if (!table.columnTypes().equals(other.columnTypes())) {
                differences.add("table " + table.name() + " has columns " + table.columnTypes() + " in the source, "
                        + other.columnTypes() + " in the target");
            }
        }
        for (String name : right.tables().keySet()) {
            if (!left.tables().containsKey(name)) {
                differences.add("table " + name + " is missing in the source");
            }
        }
    }

    private static long compareTables(
            ComparedDatabase left, ComparedDatabase right, List<String> names, List<String> differences)
            throws SQLException {
        // the target's side runs beside the source's, on its own connection
        FutureTask<List<ComparedDatabase.Checksum>> targets = new FutureTask<>(() -> checksums(right, names, left));
        Thread thread = new Thread(targets, "testkit-comparison");
        thread.setDaemon(true);
        thread.start();
        List<ComparedDatabase.Checksum> ofSource;
        List<ComparedDatabase.Checksum> ofTarget;
        try {
            ofSource = checksums(left, names, right);
        } finally {
            ofTarget = await(targets);
        }
        long rows = 0;
        for (int i = 0; i < names.size(); i++) {
            ComparedDatabase.Checksum one = ofSource.get(i);
            ComparedDatabase.Checksum other = ofTarget.get(i);
            rows += one.rows();
            if (!one.equals(other)) {
                differences.add("table " + names.get(i) + ": " + describe(one, other)
                        + RowDifferences.find(left, right, names.get(i)));
            }
        }
        return rows;
    }

    private static String describe(ComparedDatabase.Checksum one, ComparedDatabase.Checksum other) {
        return one.rows() == other.rows()
                ? one.rows() + " rows on both sides, but not the same: "
                : one.rows() + " rows in the source, " + other.rows() + " in the target: ";
    }

    private static List<ComparedDatabase.Checksum> checksums(
            ComparedDatabase database, List<String> names, ComparedDatabase other) throws SQLException {
        List<ComparedDatabase.Checksum> checksums = new ArrayList<>();
        for (String name : names) {
            checksums.add(database.checksum(name, other));
        }
        return checksums;
    }

    private static <T> T await(FutureTask<T> task) throws SQLException {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return task.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (ExecutionException e) {
                    if (e.getCause() instanceof SQLException failure) {
                        throw failure;
                    }
                    throw new TestkitException("Cannot compare", e.getCause());
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static int compareSequences(ComparedDatabase left, ComparedDatabase right, List<String> differences)
            throws SQLException {
        Map<String, ComparedDatabase.Position> ofSource = left.sequences();
        Map<String, ComparedDatabase.Position> ofTarget = right.sequences();
        ofSource.forEach((name, position) -> {
            ComparedDatabase.Position other = ofTarget.get(name);
            if (other == null) {
                differences.add("sequence " + name + " is missing in the target");
            } else if (other.isBehind(position)) {
                differences.add("sequence " + name + ": the target's next value is " + other.next() + ", the source's "
                        + position.next());
            }
        });
        ofTarget.keySet().stream()
                .filter(name -> !ofSource.containsKey(name))
                .forEach(name -> differences.add("sequence " + name + " is missing in the source"));
        return ofSource.size();
    }
}
