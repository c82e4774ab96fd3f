package dev.godwit.demo.traffic;

/**
 * A commit that the server answered.
 *
 * @param clerk whose transaction it was
 * @param token what the transaction wrote into its receipt
 * @param nanos {@link System#nanoTime()} when the answer came
 */
public record Acknowledgement(int clerk, String token, long nanos) {}
