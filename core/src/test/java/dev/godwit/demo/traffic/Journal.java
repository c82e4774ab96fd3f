package dev.godwit.demo.traffic;

import java.util.ArrayList;
import java.util.List;

/**
 * What the application knows for certain about its transactions: acknowledged, in doubt (the commit was sent, the answer
 * never came), or, by absence, rolled back. Any thread.
 */
public final class Journal {

    private final List<Acknowledgement> acknowledged = new ArrayList<>();
    private final List<String> inDoubt = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();
    private long retries;

    synchronized void acknowledge(int clerk, String token) {
        acknowledged.add(new Acknowledgement(clerk, token, System.nanoTime()));
    }

    synchronized void doubt(String token) {
        inDoubt.add(token);
    }

    synchronized void retry() {
        retries++;
    }

    synchronized void problem(String problem) {
        problems.add(problem);
    }

    /** The commits that were answered, in the order of the answers. */
    public synchronized List<Acknowledgement> acknowledged() {
        return List.copyOf(acknowledged);
    }

    /** Tokens of transactions that may or may not be there. */
    public synchronized List<String> inDoubt() {
        return List.copyOf(inDoubt);
    }

    /** What must not happen to an application: an error of data or SQL, a row that was acknowledged and is gone. */
    public synchronized List<String> problems() {
        return List.copyOf(problems);
    }

    /** The numbers only, cheap enough to be asked several times a second. */
    public synchronized Counts counts() {
        return new Counts(acknowledged.size(), inDoubt.size(), retries, problems.size());
    }

    /** How many transactions were acknowledged, are in doubt, were tried again, and met a problem. */
    public record Counts(long acknowledged, long inDoubt, long retries, long problems) {}
}
