package dev.godwit.faults;

import dev.godwit.Endpoint;
import dev.godwit.Migration;
import dev.godwit.testkit.FaultProxy;
import dev.godwit.testkit.FaultProxy.Direction;
import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.PostgresServer;
import dev.godwit.testkit.ServerSessions;
import dev.godwit.testkit.SessionKind;
import dev.godwit.testkit.StopMode;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** Both servers of a pair, and the networks to them, which break as chance has it. */
final class BrokenSides implements AutoCloseable {
    private static final int LONGEST_MILLIS = 600;
    private static final int MOST_BYTES = 200_000;

    private final PostgresPair pair;
    private final boolean serversToo;
    private final Random random;
    private final FaultProxy source;
    private final FaultProxy target;

    private BrokenSides(PostgresPair pair, long seed, boolean serversToo) {
        this.pair = pair;
        this.serversToo = serversToo;
        random = new Random(seed);
        source = FaultProxy.before(pair.source());
        target = FaultProxy.before(pair.target());
    }

    /**
     * Begins to pass on.
     *
     * @param serversToo whether servers crash and sessions are terminated, too, or the networks alone break
     */
    static BrokenSides of(PostgresPair pair, long seed, boolean serversToo) {
        return new BrokenSides(pair, seed, serversToo);
    }

    /** Gives the way to a database of the source. */
    String sourceUrl(String database) {
        return source.url(database);
    }

    /** Gives the way to a database of the target. */
    String targetUrl(String database) {
        return target.url(database);
    }

    /** Begins to describe a migration whose every session goes through them. */
    Migration.Builder migration(String name) {
        return Migration.builder()
                .name(name)
                .source(Endpoint.of(sourceUrl(PostgresPair.DATABASE)).credentials("postgres", ""))
                .target(Endpoint.of(targetUrl(PostgresPair.DATABASE)).credentials("postgres", ""));
    }

    /** Something that takes its time. */
    interface Step {
        void run() throws Exception;
    }

    /** Does something while one fault follows another; returns when the last of them is mended, as far as it does not come later. */
    void during(Step step) throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        Thread faults = new Thread(() -> breakUntil(over), "faults");
        faults.start();
        try {
            step.run();
        } finally {
            over.set(true);
            faults.join();
        }
    }

    private void breakUntil(AtomicBoolean over) {
        try {
            while (!over.get()) {
                pause();
                breakOne();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Breaks one of both, and mends what does not mend itself. */
    void breakOne() throws InterruptedException {
        if (serversToo && random.nextInt(3) == 0) {
            breakServer();
        } else {
            breakNetwork();
        }
    }

    private void breakServer() {
        PostgresServer server = random.nextBoolean() ? pair.source() : pair.target();
        ServerSessions sessions = ServerSessions.on(server).of(SessionKind.MIGRATION);
        switch (random.nextInt(3)) {
            case 0 -> sessions.terminate();
            case 1 -> sessions.terminateOne();
            default -> {
                server.stop(random.nextBoolean() ? StopMode.FAST : StopMode.IMMEDIATE);
                server.start();
            }
        }
    }

    private void breakNetwork() throws InterruptedException {
        FaultProxy proxy = random.nextBoolean() ? source : target;
        Direction direction = random.nextBoolean() ? Direction.TO_CLIENT : Direction.TO_SERVER;
        switch (random.nextInt(6)) {
            case 0 -> proxy.cut();
            case 1 -> proxy.resetAfter(direction, 1 + random.nextInt(MOST_BYTES));
            case 2 -> {
                proxy.refuse(true);
                proxy.cut();
                pause();
                proxy.refuse(false);
            }
            case 3 -> {
                proxy.stall(direction);
                pause();
                proxy.resume();
            }
            case 4 -> {
                // What was on its way is lost, and nobody is told until later.
                proxy.stall(direction);
                pause();
                proxy.cut();
                proxy.resume();
            }
            default -> {
                proxy.latency(Duration.ofMillis(50));
                pause();
                proxy.latency(Duration.ZERO);
            }
        }
    }

    void pause() throws InterruptedException {
        TimeUnit.MILLISECONDS.sleep(random.nextInt(LONGEST_MILLIS));
    }

    /** Neither answers for so long, each from now on. */
    void endFor(Duration sourceOut, Duration targetOut) {
        endFor(source, sourceOut);
        endFor(target, targetOut);
    }

    private static void endFor(FaultProxy proxy, Duration time) {
        proxy.refuse(true);
        proxy.cut();
        CompletableFuture.delayedExecutor(time.toMillis(), TimeUnit.MILLISECONDS)
                .execute(() -> proxy.refuse(false));
    }

    void heal() {
        source.heal();
        target.heal();
    }

    @Override
    public void close() {
        source.close();
        target.close();
    }
}
