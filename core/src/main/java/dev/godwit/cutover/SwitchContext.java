package dev.godwit.cutover;

import dev.godwit.replication.Lsn;

/**
 * What a {@link TrafficSwitch} is told.
 *
 * @param migration the migration's name
 * @param endLsn the source's position up to which everything is on the target; {@link Lsn#ZERO} as long as that is not known
 * @param repeated true if an earlier process may have told the same already before it died
 */
public record SwitchContext(String migration, Lsn endLsn, boolean repeated) {}
