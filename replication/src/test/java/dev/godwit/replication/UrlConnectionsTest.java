package dev.godwit.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.Test;

final class UrlConnectionsTest {

    @Test
    void hideAPasswordInTheUrlFromTheDriversLogAndFromFailures() {
        List<String> logged = new ArrayList<>();
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord entry) {
                logged.add(new SimpleFormatter().format(entry));
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        Logger driver = Logger.getLogger("org.postgresql");
        driver.setLevel(Level.FINEST);
        handler.setLevel(Level.ALL);
        driver.addHandler(handler);
        try {
            String url = "jdbc:postgresql://127.0.0.1:1/app?user=me&password=classified%21&ApplicationName=shown";
            assertThatThrownBy(() -> ServerConnections.of(url, new Properties()).open())
                    .isInstanceOf(SQLException.class)
                    .hasMessageNotContaining("classified");
        } finally {
            driver.removeHandler(handler);
            driver.setLevel(null);
        }
        assertThat(logged)
                .anyMatch(line -> line.contains("127.0.0.1:1/app?user=me&ApplicationName=shown"))
                .noneMatch(line -> line.contains("classified"));
    }

    @Test
    void sayNothingOfAPasswordThatCannotBeDecoded() {
        assertThatThrownBy(
                        () -> ServerConnections.of("jdbc:postgresql://h/app?password=classi%zfied", new Properties()))
                .hasMessageContaining("parameter password")
                .hasMessageNotContaining("classi")
                .hasNoCause();
    }
}
