package dev.godwit.internal.verify;

import dev.godwit.replication.Lsn;
import dev.godwit.replication.apply.TouchedRows;

/**
 * What was changed since a verification of the whole that has found both sides equal.
 *
 * @param since the position at which it compared them
 * @param rows the rows touched since
 */
public record ChangedRows(Lsn since, TouchedRows rows) {}
