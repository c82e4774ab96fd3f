package dev.godwit.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class WriteWorkloadTest {
    private interface Connecting {
        Connection connect() throws Exception;
    }

    private static DataSource database(Connecting connecting) {
        return (DataSource) Proxy.newProxyInstance(
                WriteWorkloadTest.class.getClassLoader(),
                new Class<?>[] {DataSource.class},
                (proxy, method, arguments) -> connecting.connect());
    }

    @Test
    @Timeout(20)
    void stopsWhileItsWritersWaitForTheirNextTransaction() throws Exception {
        AtomicInteger attempts = new AtomicInteger();
        DataSource nowhere = database(() -> {
            throw new SQLException("attempt " + attempts.incrementAndGet());
        });
        try (WriteWorkload workload = WriteWorkload.builder(nowhere)
                .writers(2)
                .rate(1 / 3600.0)
                .build()
                .start()) {
            await().until(() -> attempts.get() == 1);
            workload.stop();
            assertThat(attempts)
                    .as("the other writer had its turn half an hour later")
                    .hasValue(1);
        }
    }

    @Test
    void theLastErrorIsThatOfWhicheverWriterFailedLast() throws Exception {
        CountDownLatch firstHasFailed = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        AtomicInteger calls = new AtomicInteger();
        DataSource nowhere = database(() -> {
            boolean first = Thread.currentThread().getName().endsWith("-0");
            if (first && calls.incrementAndGet() == 1) {
                throw new SQLException("old", "08001");
            }
            if (first) {
                firstHasFailed.countDown();
                end.await();
            }
            firstHasFailed.await();
            throw new SQLException("new", "08001");
        });
        try (WriteWorkload workload =
                WriteWorkload.builder(nowhere).writers(2).build().start()) {
            try {
                await().until(() -> workload.statistics().lastError().equals("08001 new"));
            } finally {
                end.countDown();
            }
        }
    }
}
