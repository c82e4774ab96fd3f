package dev.godwit.internal.verify;

import dev.godwit.copy.ThrottleContext;
import dev.godwit.replication.TableRows;
import dev.godwit.schema.Catalog;
import dev.godwit.schema.SchemaDifference;
import dev.godwit.schema.TableName;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * A verification to be done.
 *
 * @param migration the migration's name
 * @param source what is migrated, as the source has it
 * @param parts which part is migrated of tables of which not all is
 * @param settings what of that is compared, and how
 * @param carried whether what is in no stream (positions of sequences, unlogged tables) has been carried over, as it is inside and after
 *     the cutover; else it is not compared
 * @param schema compares the definitions
 * @param throttleContext what the throttle may ask
 * @param observer told of every part that is done, by any of the verification's threads, one at a time
 */
public record VerifyJob(
        String migration,
        Catalog source,
        Map<TableName, TableRows> parts,
        VerifySettings settings,
        boolean carried,
        SchemaComparison schema,
        ThrottleContext throttleContext,
        Consumer<VerifyProgress> observer) {

    /** Compares the definitions of both sides, each in a session under its snapshot. */
    @FunctionalInterface
    public interface SchemaComparison {
        List<SchemaDifference> compare(Connection source, Connection target) throws SQLException;
    }
}
