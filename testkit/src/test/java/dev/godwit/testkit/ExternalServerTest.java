package dev.godwit.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExternalServerTest {
    /** No version of PostgreSQL, so that no other test looks there. */
    private static final String NO_VERSION = "0";

    private final StringBuilder logged = new StringBuilder();

    @AfterEach
    void isAsItWas() {
        System.clearProperty(ExternalServer.PROPERTY + NO_VERSION);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "old:5432/postgres?password=s3cret",
                "jdbc:postgresql://old:5432?user=tester&password=s3cret",
                "jdbc:postgresql://old:5432/postgres/?user=tester&password=s3cret",
                "jdbc:postgresql://old:port/postgres?password=s3cret",
                "jdbc:postgresql://one,two/postgres?password=s3cret",
                "jdbc:postgresql://old/postgres?password=%s3cret",
                "jdbc:postgresql://tester:s3cret@old/postgres",
                "jdbc:postgresql://tester:x/s3cret@old/postgres",
                "jdbc:postgresql://tester:s3cret/postgres"
            })
    void refusesOtherThingsThanAUrlAndNobodyIsShownThePassword(String url) {
        System.setProperty(ExternalServer.PROPERTY + NO_VERSION, url);
        Handler handler = handler();
        Logger driver = Logger.getLogger("org.postgresql");
        driver.setLevel(Level.ALL);
        driver.addHandler(handler);
        try {
            assertThatThrownBy(() -> ExternalServer.connect(NO_VERSION, false))
                    .isInstanceOf(TestkitException.class)
                    .hasMessageContaining("holds something else than the JDBC URL of one PostgreSQL server")
                    .hasMessageNotContaining("s3cret")
                    .hasNoCause();
        } finally {
            driver.removeHandler(handler);
            driver.setLevel(null);
        }
        assertThat(logged.toString()).doesNotContain("s3cret");
    }

    private Handler handler() {
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord entry) {
                logged.append(new SimpleFormatter().format(entry));
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        handler.setLevel(Level.ALL);
        return handler;
    }
}
