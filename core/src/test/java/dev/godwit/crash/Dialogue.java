package dev.godwit.crash;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Lines between the test and the process that it kills. Safe for use by any thread. */
public final class Dialogue {
    static final String MARK = "@";
    /** Asks the test to switch traffic; the name of the migration may follow. */
    public static final String SWITCH = "switch";
    /** Begins what the migration warns of. */
    static final String WARNING = "warning: ";

    private final Semaphore told = new Semaphore(0);

    /** Begins to listen; a test that is gone takes this process with it. */
    public static Dialogue withTest() {
        Dialogue dialogue = new Dialogue();
        Thread thread = new Thread(dialogue::listen, "dialogue");
        thread.setDaemon(true);
        thread.start();
        return dialogue;
    }

    private void listen() {
        try (BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            while (in.readLine() != null) {
                told.release();
            }
        } catch (IOException e) {
            System.err.println("listening to the test: " + e);
        }
        Runtime.getRuntime().halt(3);
    }

    public void say(String line) {
        System.out.println(MARK + line);
        System.out.flush();
    }

    /** Tells whether the test said to go on. */
    boolean told(Duration limit) throws InterruptedException {
        return told.tryAcquire(limit.toMillis(), TimeUnit.MILLISECONDS);
    }

    public void awaitGo() throws InterruptedException {
        told.acquire();
    }
}
