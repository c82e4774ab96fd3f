package dev.godwit.schema;

import java.util.List;

/**
 * What the WAL holds of a row's old values.
 *
 * @param setting as set for the table
 * @param keyColumns the columns of the key that the setting resolves to, in key order; all columns with FULL; empty if
 *     it resolves to none
 * @param suffices whether UPDATE and DELETE go on working once the table is published
 * @param reason why it does not suffice, to follow the table's name in a sentence; empty if it does
 */
public record ReplicaIdentity(Setting setting, List<String> keyColumns, boolean suffices, String reason) {

    /** The values of {@code ALTER TABLE .. REPLICA IDENTITY}. */
    public enum Setting {
        /** The primary key. */
        DEFAULT,
        /** Nothing. */
        NOTHING,
        /** The whole row. */
        FULL,
        /** A unique index. */
        INDEX
    }

    /**
     * Copies the list.
     *
     * @param setting the setting
     * @param keyColumns the key's columns
     * @param suffices whether it suffices
     * @param reason why not
     */
    public ReplicaIdentity {
        keyColumns = List.copyOf(keyColumns);
    }
}
