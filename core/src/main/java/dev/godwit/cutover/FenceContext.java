package dev.godwit.cutover;

import dev.godwit.replication.ServerConnections;
import dev.godwit.schema.TableName;
import java.time.Instant;
import java.util.List;

/**
 * What a {@link WriteFence} works with.
 *
 * @param migration the migration's name, for messages
 * @param source opens connections to the source; each one opened is the fence's to close
 * @param tables the tables to protect, partitioned parents and leaves, in the fixed order in which locks are taken
 * @param deadline when the fence must hold at the latest, by this process's clock
 */
public record FenceContext(String migration, ServerConnections source, List<TableName> tables, Instant deadline) {

    /**
     * Copies the list.
     *
     * @param migration the migration's name
     * @param source opens connections to the source
     * @param tables the tables to protect
     * @param deadline when the fence must hold
     */
    public FenceContext {
        tables = List.copyOf(tables);
    }
}
