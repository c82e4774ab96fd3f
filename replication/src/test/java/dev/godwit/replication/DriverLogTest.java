package dev.godwit.replication;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.logging.Filter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@SuppressWarnings("try")
final class DriverLogTest {
    private final Logger executor = Logger.getLogger("org.postgresql.core.v3.QueryExecutorImpl");
    private final List<String> logged = new ArrayList<>();
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord entry) {
            logged.add(new SimpleFormatter().formatMessage(entry));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    @BeforeEach
    void listen() {
        executor.setFilter(null);
        executor.setLevel(Level.FINEST);
        handler.setLevel(Level.ALL);
        executor.addHandler(handler);
    }

    @AfterEach
    void stop() {
        executor.removeHandler(handler);
        executor.setLevel(null);
        executor.setFilter(null);
    }

    @Test
    void leavesOutValuesOnThreadsThatWorkForAMigration() {
        DriverLog.filter();
        try (DriverLog.Quiet quiet = DriverLog.quiet()) {
            log();
        }
        assertThat(logged).hasSize(4).noneMatch(line -> line.contains("classified"));
        assertThat(logged).contains(" FE=> Sync");
    }

    @Test
    void leavesOutValuesOnThreadsOfItsName() throws Exception {
        DriverLog.filter();
        Thread own = new Thread(this::log, "godwit-orders-apply");
        own.start();
        own.join();
        assertThat(logged).hasSize(4).noneMatch(line -> line.contains("classified"));
    }

    @Test
    void leavesOtherThreadsAlone() {
        DriverLog.filter();
        DriverLog.quiet().close();
        log();
        assertThat(logged).filteredOn(line -> line.contains("classified")).hasSize(3);
    }

    @Test
    void staysQuietInsideUntilTheOutermostEnds() {
        DriverLog.filter();
        try (DriverLog.Quiet outer = DriverLog.quiet()) {
            DriverLog.quiet().close();
            log();
        }
        assertThat(logged).noneMatch(line -> line.contains("classified"));
    }

    @Test
    void asksTheFilterThatWasThere() {
        Filter strict = entry -> !entry.getMessage().contains("Sync");
        executor.setFilter(strict);
        DriverLog.filter();
        DriverLog.filter();
        log();
        assertThat(logged).hasSize(3);
    }

    private void log() {
        executor.log(Level.FINEST, " FE=> Bind(stmt=null,portal=null,$1=<'classified'>,type=VARCHAR)");
        executor.log(Level.FINEST, " <=BE ErrorMessage({0})", "ERROR: classified");
        executor.log(Level.FINEST, " <=BE NoticeResponse({0})", "NOTICE: classified");
        executor.log(Level.FINEST, " FE=> Sync");
    }
}
