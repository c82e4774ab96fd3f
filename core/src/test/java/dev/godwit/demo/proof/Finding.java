package dev.godwit.demo.proof;

/**
 * One thing that was checked.
 *
 * @param claim what should hold
 * @param holds whether it does
 * @param evidence the numbers, or what was found instead
 */
public record Finding(String claim, boolean holds, String evidence) {}
