package dev.godwit.testkit;

import dev.godwit.testkit.FaultProxy.Direction;
import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/** The faults that are set on a proxy, shared by all its connections. Thread-safe. */
final class ProxyFaults {
    private final Set<Direction> stalled = EnumSet.noneOf(Direction.class);
    private final Map<Direction, Long> budgets = new EnumMap<>(Direction.class);
    private final Map<Direction, Duration> latencies = new EnumMap<>(Direction.class);
    private final Map<Direction, Integer> rates = new EnumMap<>(Direction.class);

    synchronized void stall(Direction direction) {
        stalled.add(direction);
    }

    synchronized void resume() {
        stalled.clear();
        notifyAll();
    }

    /** Ends all of them. */
    synchronized void clear() {
        stalled.clear();
        budgets.clear();
        latencies.clear();
        rates.clear();
        notifyAll();
    }

    synchronized void latency(Direction direction, Duration delay) {
        latencies.put(direction, delay);
    }

    synchronized Duration latency(Direction direction) {
        return latencies.getOrDefault(direction, Duration.ZERO);
    }

    synchronized void drip(Direction direction, int bytesPerSecond) {
        rates.put(direction, bytesPerSecond);
    }

    /** Bytes that each connection may pass on in a second; 0 for all it has. */
    synchronized int rate(Direction direction) {
        return rates.getOrDefault(direction, 0);
    }

    synchronized void resetAfter(Direction direction, long bytes) {
        budgets.put(direction, bytes);
    }

    /** Wakes those who wait, because their connection may have ended. */
    synchronized void wake() {
        notifyAll();
    }

    /** Returns when bytes may pass in this direction, or the connection has ended. */
    synchronized void awaitPassage(Direction direction, ProxiedConnection connection) throws InterruptedException {
        while (stalled.contains(direction) && !connection.ended()) {
            wait();
        }
    }

    /** How many of these bytes may pass; fewer mean that the connection is to be reset after them. */
    synchronized int grant(Direction direction, int bytes) {
        Long budget = budgets.get(direction);
        if (budget == null) {
            return bytes;
        }
        if (budget >= bytes) {
            budgets.put(direction, budget - bytes);
            return bytes;
        }
        budgets.remove(direction);
        return budget.intValue();
    }
}
