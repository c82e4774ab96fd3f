package dev.godwit.internal.copy;

import dev.godwit.schema.TableName;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Adds up what is moved of each table, by however many tasks. Safe for use by any thread. */
final class Moved implements Workplace.Observer {

    /** Told the sums. */
    interface Sums {
        void onProgress(TableName table, long rows, long bytes);
    }

    private record Sum(long rows, long bytes) {
        Sum plus(Sum other) {
            return new Sum(rows + other.rows, bytes + other.bytes);
        }
    }

    private final Map<TableName, Sum> sums = new ConcurrentHashMap<>();
    private final Sums observer;

    Moved(Sums observer) {
        this.observer = observer;
    }

    @Override
    public void onMoved(TableName table, long rows, long bytes) {
        Sum sum = sums.merge(table, new Sum(rows, bytes), Sum::plus);
        observer.onProgress(table, sum.rows(), sum.bytes());
    }
}
