package dev.godwit.result;

import dev.godwit.schema.TableName;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the comparison of a table found.
 *
 * @param table the table
 * @param sourceRows the rows compared on the source
 * @param targetRows the rows compared on the target
 * @param bytes the table's size on the source without indexes, or the part of it that was looked at
 * @param chunks the parts in which it was compared
 * @param differingRows the exact number of rows that differ; with {@link VerificationMode#COUNTS} how many the target has too few or
 *     too many
 * @param differences the rows that differ, as many of them as the options asked for
 * @param problemOrNull why not all of the table could be compared, such as a column that the target lacks, which counts as a
 *     difference; null if all could
 */
public record TableVerification(
        TableName table,
        long sourceRows,
        long targetRows,
        long bytes,
        int chunks,
        long differingRows,
        List<RowDifference> differences,
        @Nullable String problemOrNull) {

    /**
     * Copies the list.
     *
     * @param table the table
     * @param sourceRows the rows on the source
     * @param targetRows the rows on the target
     * @param bytes its size
     * @param chunks its parts
     * @param differingRows the rows that differ
     * @param differences some of these
     * @param problemOrNull the problem, or null
     */
    public TableVerification {
        differences = List.copyOf(differences);
    }

    /**
     * Tells whether no difference was found.
     *
     * @return false also if a part of the table could not be compared
     */
    public boolean isEqual() {
        return differingRows == 0 && problemOrNull == null;
    }

    /**
     * Gives why not all of the table could be compared.
     *
     * @return empty if all could
     */
    public Optional<String> problem() {
        return Optional.ofNullable(problemOrNull);
    }

    /** Gives one line, without values. */
    @Override
    public String toString() {
        String rows = table + ": " + sourceRows + " rows on the source, " + targetRows + " on the target, ";
        return rows
                + (differingRows == 0 ? "equal" : differingRows + " differ")
                + (problemOrNull == null ? "" : "; " + problemOrNull);
    }
}
