package dev.godwit.failpoint;

import java.io.IOException;
import java.net.ConnectException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;

/**
 * Counts what leaves for the servers, and at one point ends all connections of a process at once and lets none begin any more. For the
 * servers that is its death; what is left of it in this JVM can do nothing that lasts. Safe for use by any thread.
 */
public final class Failpoints {

    /** Whether what changes something does so before the process dies. */
    public enum When {
        BEFORE,
        AFTER
    }

    /** Of steps that are the same, so many are points of their own, and after these one of as many as follow it. */
    private static final int EACH = 4;

    private static final int ONE_OF = 32;

    /** None: the process lives. */
    static final int NEVER = 0;

    private int point;
    private When when;
    private final boolean keeping;
    private int count;
    private final Map<String, Integer> same = new HashMap<>();
    private final List<String> passed = new ArrayList<>();
    private final Set<FailpointSocket> sockets = ConcurrentHashMap.newKeySet();
    private final CountDownLatch death = new CountDownLatch(1);
    private volatile boolean dead;

    Failpoints(int point, When when) {
        this(point, when, true);
    }

    private Failpoints(int point, When when, boolean keeping) {
        this.point = point;
        this.when = when;
        this.keeping = keeping;
    }

    /** Gives those of a process that lives until it is {@link #arm armed}, however long that is; nothing that it sends is kept. */
    public static Failpoints ofLongLived() {
        return new Failpoints(NEVER, When.BEFORE, false);
    }

    /** The process dies at the first durable step from now on, or so many later. */
    public void arm(int later, When wanted) {
        synchronized (passed) {
            point = count + 1 + later;
            when = wanted;
        }
    }

    /** Called before something is sent that may change what lasts; ends everything if this is the point. */
    boolean isReached(String statement) throws IOException {
        boolean before;
        synchronized (passed) {
            requireAlive();
            if (keeping && !isNew(statement)) {
                return false;
            }
            count++;
            if (keeping) {
                passed.add(statement);
            }
            if (count != point) {
                return false;
            }
            before = when == When.BEFORE;
        }
        if (before) {
            die();
            requireAlive();
        }
        return true;
    }

    /** What is applied from the stream is the same again and again, as long as there is traffic. */
    private boolean isNew(String statement) {
        int times = same.merge(statement, 1, Integer::sum);
        return times <= EACH || times % ONE_OF == 0;
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

    /** Lets the process die now, wherever it is. */
    public void die() {
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

    /** Tells whether the process has died. */
    public boolean isDead() {
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
