package dev.godwit.control;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Does something in several threads that begin at the same moment. */
final class Together {
    interface Action {
        void run(int number) throws Exception;
    }

    private Together() {}

    /** Waits for all of them; what one of them throws is thrown. */
    static void run(int threads, Action action) throws Exception {
        call(threads, number -> {
            action.run(number);
            return number;
        });
    }

    interface Call<T> {
        T call(int number) throws Exception;
    }

    static <T> List<T> call(int threads, Call<T> action) throws Exception {
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        CountDownLatch begin = new CountDownLatch(threads);
        try {
            List<Future<T>> futures = new ArrayList<>();
            for (int number = 0; number < threads; number++) {
                int own = number;
                Callable<T> task = () -> {
                    begin.countDown();
                    begin.await();
                    return action.call(own);
                };
                futures.add(executor.submit(task));
            }
            List<T> results = new ArrayList<>();
            for (Future<T> future : futures) {
                results.add(future.get());
            }
            return results;
        } finally {
            executor.shutdownNow();
        }
    }
}
