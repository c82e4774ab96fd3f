package dev.godwit.result;

import dev.godwit.replication.Lsn;
import dev.godwit.schema.SchemaDifference;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * What a verification found: both sides were compared as of one position in the source's log, so a difference is one, whatever was
 * written meanwhile.
 *
 * @param migration the migration's name
 * @param lsn the position: both sides hold the commits before it and none of those behind it
 * @param startedAt when the comparison began, by this process's clock
 * @param duration how long it took
 * @param scope what it was asked to compare
 * @param tables what was found in each table, by name
 * @param schema objects that are not defined alike; the left side is the source
 * @param sequences sequences that the target lacks, or that cannot stand there where the source's do
 * @param notCompared what was left out, and why
 */
public record VerificationReport(
        String migration,
        Lsn lsn,
        Instant startedAt,
        Duration duration,
        VerificationScope scope,
        List<TableVerification> tables,
        List<SchemaDifference> schema,
        List<SequenceDifference> sequences,
        List<NotCompared> notCompared) {

    /**
     * Copies the lists.
     *
     * @param migration the migration's name
     * @param lsn the position
     * @param startedAt when it began
     * @param duration how long it took
     * @param scope what it was asked to compare
     * @param tables the tables
     * @param schema the objects not defined alike
     * @param sequences the sequences
     * @param notCompared what was left out
     */
    public VerificationReport {
        tables = List.copyOf(tables);
        schema = List.copyOf(schema);
        sequences = List.copyOf(sequences);
        notCompared = List.copyOf(notCompared);
    }

    /**
     * Tells whether no difference was found in what was compared: with a sample, in the sample; with counts, in the numbers of rows.
     *
     * @return true if none was found
     * @see VerificationScope#isWhole()
     */
    public boolean isEqual() {
        return differingTables().isEmpty() && schema.isEmpty() && sequences.isEmpty();
    }

    /**
     * Gives the tables in which a difference was found.
     *
     * @return the tables, empty if there is none
     */
    public List<TableVerification> differingTables() {
        return tables.stream().filter(table -> !table.isEqual()).toList();
    }

    /**
     * Gives the rows that differ, of all tables.
     *
     * @return as many of each table as the options asked for
     */
    public List<RowDifference> differences() {
        return tables.stream().flatMap(table -> table.differences().stream()).toList();
    }

    /**
     * Does nothing unless a difference was found.
     *
     * @throws VerificationFailedException if one was; its message names the objects and numbers, but no values
     */
    public void throwIfDifferent() {
        if (!isEqual()) {
            throw new VerificationFailedException(this);
        }
    }

    /**
     * Prints the report for people: a line of the outcome, the tables in aligned columns, then the differing rows, the objects that are
     * not defined alike, the sequences and what was not compared. Rows are named by the hash of their key, unless values were asked for.
     *
     * @return lines without control characters but line ends
     */
    public String toTable() {
        return VerificationText.print(this);
    }

    /**
     * Prints the report for programs: an object with {@code migration}, {@code lsn}, {@code startedAt} (ISO 8601, UTC),
     * {@code durationMillis}, {@code equal}, {@code scope}, and arrays {@code tables} (each with its {@code differences}),
     * {@code schema}, {@code sequences} and {@code notCompared}. Rows are named by the hash of their key; key and values are there only
     * if values were asked for.
     *
     * @return JSON on several lines
     */
    public String toJson() {
        return VerificationJson.print(this);
    }

    /** Gives the outcome and what differs, without values. */
    @Override
    public String toString() {
        return VerificationText.summary(this);
    }
}
