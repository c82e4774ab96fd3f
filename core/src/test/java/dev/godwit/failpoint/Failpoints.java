package dev.godwit.failpoint;

import java.io.IOException;
import java.net.ConnectException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;

/**
 * Counts what leaves for the servers, and at one point ends all connections of a process at once and lets none begin any more. For the
 * servers that is its death; what is left of it in this JVM can do nothing that lasts. Safe for use by any thread.
 */
final class Failpoints {

    /** Whether what changes something does so before the process dies. */
    enum When {
        BEFORE,
        AFTER
    }

    /** None: the process lives. */
    static final int NEVER = 0;

    private final int point;
    private final When when;
    private final List<String> passed = new ArrayList<>();
    private final Set<FailpointSocket> sockets = ConcurrentHashMap.newKeySet();
    private final CountDownLatch death = new CountDownLatch(1);
    private volatile boolean dead;

    Failpoints(int point, When when) {
        this.point = point;
        this.when = when;
    }

    /** Called before something is sent that may change what lasts; ends everything if this is the point. */
    boolean isReached(String statement) throws IOException {
        synchronized (passed) {
            requireAlive();
            passed.add(statement);
            if (passed.size() != point) {
                return false;
            }
        }
        if (when == When.BEFORE) {
            die();
            requireAlive();
        }
        return true;
    }

    void opened(FailpointSocket socket) throws IOException {
        requireAlive();
        sockets.add(socket);
        if (dead) {
            socket.cut();
            requireAlive();
        }
    }

    void closed(FailpointSocket socket) {
        sockets.remove(socket);
    }

    void die() {
        dead = true;
        death.countDown();
        sockets.forEach(FailpointSocket::cut);
    }

    void awaitDeath() {
        try {
            death.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    boolean isDead() {
        return dead;
    }

    private void requireAlive() throws IOException {
        if (dead) {
            throw new ConnectException("this process is dead");
        }
    }

    /** Gives what was counted, in its order. */
    List<String> passed() {
        synchronized (passed) {
            return List.copyOf(passed);
        }
    }
}
