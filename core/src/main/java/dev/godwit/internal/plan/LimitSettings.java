package dev.godwit.internal.plan;

/**
 * What a migration may cost its source.
 *
 * @param retainedWalBytes log that its slots retain; 0 for no limit
 * @param xminAge transactions that vacuum has to spare for it; 0 for no limit
 * @param slowsDown whether copying slows down beyond a limit
 * @param aborts whether the run ends beyond a limit
 */
public record LimitSettings(long retainedWalBytes, long xminAge, boolean slowsDown, boolean aborts) {}
