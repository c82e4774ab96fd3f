package dev.godwit.internal.preflight;

import java.util.List;

/** The checks of what the databases hold, in the order in which they report. */
final class ObjectChecks {
    static final List<Check> ALL = List.of(
            new SelectedTablesCheck(),
            new EncodingCheck(),
            new ReplicaIdentityCheck(),
            new WantedTablesCheck(),
            new RowsCheck(),
            new ForeignKeysCheck(),
            new TableTreesCheck(),
            new TargetTablesCheck(),
            new SourceContentsCheck(),
            new LargeObjectsCheck());

    private ObjectChecks() {}
}
