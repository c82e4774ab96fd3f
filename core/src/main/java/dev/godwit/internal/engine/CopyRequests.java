package dev.godwit.internal.engine;

import dev.godwit.schema.TableName;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;

/** Tables that are to be copied afresh as soon as the run's thread gets to it. Safe for use by any thread. */
final class CopyRequests {
    private final Set<TableName> tables = new TreeSet<>();

    synchronized void add(Collection<TableName> requested) {
        tables.addAll(requested);
    }

    synchronized boolean isEmpty() {
        return tables.isEmpty();
    }

    synchronized Set<TableName> pending() {
        return new TreeSet<>(tables);
    }

    /** They are recorded as to be copied by now, so that nobody has to ask again. */
    synchronized void recorded(Collection<TableName> requested) {
        tables.removeAll(requested);
    }
}
