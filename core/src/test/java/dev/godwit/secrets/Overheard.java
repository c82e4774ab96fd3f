package dev.godwit.secrets;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import dev.godwit.testkit.PlantedValues;
import dev.godwit.testkit.PostgresServer;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.SimpleFormatter;
import org.postgresql.util.PSQLException;
import org.slf4j.LoggerFactory;

/** All that is logged while it is open: everything of Godwit, and everything of the driver. */
final class Overheard implements AutoCloseable {
    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    private final Level level = root.getLevel();
    private final java.util.logging.Logger driver = java.util.logging.Logger.getLogger("org.postgresql");
    private final java.util.logging.@org.jspecify.annotations.Nullable Level driverLevel = driver.getLevel();
    private final AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            lines.add(event.getFormattedMessage() + " " + ThrowableProxyUtil.asString(event.getThrowableProxy()));
        }
    };
    private final Handler handler = new Handler() {
        private final SimpleFormatter formatter = new SimpleFormatter();

        @Override
        public void publish(LogRecord entry) {
            lines.add(entry.getLoggerName() + " " + formatter.format(entry));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    Overheard(java.util.logging.Level ofDriver) {
        appender.setContext(root.getLoggerContext());
        appender.start();
        root.setLevel(Level.TRACE);
        root.addAppender(appender);
        handler.setLevel(java.util.logging.Level.ALL);
        driver.setLevel(ofDriver);
        driver.addHandler(handler);
    }

    List<String> lines() {
        return lines;
    }

    @Override
    public void close() {
        root.detachAppender(appender);
        root.setLevel(level);
        driver.removeHandler(handler);
        driver.setLevel(driverLevel);
    }

    /** Fails if a planted value is in what was logged, or nothing was. */
    void assertNothingPlanted() {
        assertThat(lines)
                .isNotEmpty()
                .allSatisfy(line -> assertThat(PlantedValues.in(line)).as(line).isEmpty());
    }

    /** Fails if a planted value is anywhere in an exception: messages, causes, what was suppressed, the driver's own fields. */
    static void assertNothingPlanted(Throwable failure) {
        StringWriter printed = new StringWriter();
        failure.printStackTrace(new PrintWriter(printed));
        List<String> texts = new ArrayList<>();
        texts.add(printed.toString());
        collect(failure, texts);
        assertThat(texts)
                .allSatisfy(text -> assertThat(PlantedValues.in(text)).as(text).isEmpty());
    }

    private static void collect(Throwable failure, List<String> texts) {
        texts.add(failure.toString());
        if (failure instanceof PSQLException driver && driver.getServerErrorMessage() != null) {
            texts.add(driver.getServerErrorMessage().toString());
        }
        if (failure instanceof SQLException sql && sql.getNextException() != null) {
            collect(sql.getNextException(), texts);
        }
        for (Throwable suppressed : failure.getSuppressed()) {
            collect(suppressed, texts);
        }
        if (failure.getCause() != null) {
            collect(failure.getCause(), texts);
        }
    }

    /** Fails if a planted value is in a table of schema godwit, the recorded conflicts left out, which hold rows on purpose. */
    static void assertNothingPlanted(PostgresServer target, String database) {
        List<String> tables = target.query(
                database,
                "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables"
                        + " WHERE schemaname = 'godwit' AND tablename <> 'apply_exception'");
        for (String table : tables) {
            assertThat(target.query(database, "SELECT t::text FROM " + table + " t"))
                    .as(table)
                    .allSatisfy(row -> assertThat(PlantedValues.in(row)).as(row).isEmpty());
        }
    }
}
