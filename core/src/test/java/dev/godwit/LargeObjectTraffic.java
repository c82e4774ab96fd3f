package dev.godwit;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Writers whose transactions consist of nothing but a large object's creation, change, truncation or end. Each knows what of its own was
 * acknowledged, and what may have been done or not since the answer was lost; whatever else it finds is a violation.
 */
final class LargeObjectTraffic implements AutoCloseable {
    private final List<Thread> writers = new ArrayList<>();
    private final List<String> violations = new CopyOnWriteArrayList<>();
    private final AtomicInteger acknowledged = new AtomicInteger();
    private volatile DataSource database;
    private volatile boolean stopped;

    LargeObjectTraffic(DataSource source, int count, long seed) {
        database = source;
        for (int i = 0; i < count; i++) {
            Writer writer = new Writer(new Random(seed + i), 1_000_000L + 100_000L * i);
            Thread thread = new Thread(writer, "large-objects-" + i);
            writers.add(thread);
            thread.start();
        }
    }

    void switchTo(DataSource target) {
        database = target;
    }

    int acknowledged() {
        return acknowledged.get();
    }

    List<String> violations() {
        return violations;
    }

    @Override
    public void close() {
        stopped = true;
        try {
            for (Thread writer : writers) {
                writer.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private final class Writer implements Runnable {
        private final Random random;
        private final Map<Long, byte[]> objects = new HashMap<>();
        private long next;
        /** Of an object whose last change was not answered: what it may hold now. */
        private long doubtful;

        private byte @Nullable [] perhaps;

        Writer(Random random, long first) {
            this.random = random;
            this.next = first;
        }

        @Override
        public void run() {
            while (!stopped) {
                DataSource used = database;
                try (Connection connection = used.getConnection()) {
                    settle(connection);
                    while (!stopped && used == database) {
                        change(connection);
                        // So that the stream, which has nothing of this, keeps up on a slow machine.
                        Thread.sleep(15);
                    }
                } catch (SQLException e) {
                    // Ended by the cutover, or refused: on to where the traffic is then.
                    Thread.onSpinWait();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return;
                }
            }
            try (Connection connection = database.getConnection()) {
                settle(connection);
                for (long oid : List.copyOf(objects.keySet())) {
                    look(connection, oid, objects.get(oid), objects.get(oid));
                }
            } catch (SQLException e) {
                violations.add(Thread.currentThread().getName() + ": " + e);
            }
        }

        private void settle(Connection connection) throws SQLException {
            if (doubtful != 0) {
                byte[] found = look(connection, doubtful, objects.get(doubtful), perhaps);
                objects.put(doubtful, found);
                doubtful = 0;
            }
        }

        private void change(Connection connection) throws SQLException {
            List<Long> known = List.copyOf(objects.keySet());
            long oid = known.isEmpty() || random.nextInt(4) == 0 ? next++ : known.get(random.nextInt(known.size()));
            byte[] before = objects.get(oid);
            byte[] some = new byte[1 + random.nextInt(6000)];
            random.nextBytes(some);
            if (before == null) {
                perhaps = some;
                execute(connection, oid, "SELECT lo_from_bytea(?, ?)", some);
            } else if (random.nextInt(8) == 0) {
                perhaps = null;
                execute(connection, oid, "SELECT lo_unlink(?)", null);
            } else if (random.nextInt(3) == 0) {
                int length = random.nextInt(before.length + 3000);
                perhaps = Arrays.copyOf(before, length);
                execute(connection, oid, "SELECT lo_truncate(lo_open(?, 131072), " + length + ")", null);
            } else {
                int offset = random.nextInt(before.length + 3000);
                byte[] after = Arrays.copyOf(before, Math.max(before.length, offset + some.length));
                System.arraycopy(some, 0, after, offset, some.length);
                perhaps = after;
                execute(connection, oid, "SELECT lo_put(?, " + offset + ", ?)", some);
            }
        }

        private void execute(Connection connection, long oid, String sql, byte @Nullable [] some) throws SQLException {
            doubtful = oid;
            try (PreparedStatement statement = connection.prepareStatement(sql.replaceFirst("\\?", "?::bigint::oid"))) {
                statement.setLong(1, oid);
                if (some != null) {
                    statement.setBytes(2, some);
                }
                statement.execute();
            }
            if (perhaps == null) {
                objects.put(oid, null);
            } else {
                objects.put(oid, perhaps);
            }
            doubtful = 0;
            acknowledged.incrementAndGet();
        }

        private byte @Nullable [] look(
                Connection connection, long oid, byte @Nullable [] expected, byte @Nullable [] otherwise)
                throws SQLException {
            byte[] found = null;
            try (PreparedStatement statement = connection.prepareStatement(
                    "SELECT lo_get(oid) FROM pg_largeobject_metadata WHERE oid = ?::bigint::oid")) {
                statement.setLong(1, oid);
                try (ResultSet row = statement.executeQuery()) {
                    if (row.next()) {
                        found = row.getBytes(1);
                    }
                }
            }
            if (!Arrays.equals(found, expected) && !Arrays.equals(found, otherwise)) {
                violations.add("object " + oid + " holds " + length(found) + " bytes, not the " + length(expected)
                        + " or " + length(otherwise) + " that were written");
            }
            return found;
        }

        private static String length(byte @Nullable [] bytes) {
            return bytes == null ? "no" : Integer.toString(bytes.length);
        }
    }
}
