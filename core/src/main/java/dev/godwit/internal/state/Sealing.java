package dev.godwit.internal.state;

import org.jspecify.annotations.Nullable;

/**
 * How a cutover closes its source, as it is recorded before it does.
 *
 * @param closedBefore whether it is closed already, and so nobody here is to open it
 * @param mark how the value is spelled that closes it; null in a record of an earlier release, which knows no marks
 */
public record Sealing(boolean closedBefore, @Nullable String mark) {}
