package dev.godwit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import java.util.Properties;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.Driver;

final class EndpointTest {
    private static final String SECRET = "s3cret";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "old:5432/app",
                "postgresql://old/app",
                "postgres://mover:s3cret@old/app",
                "jdbc:mysql://old/app?password=s3cret",
                "jdbc:sqlserver://old;user=mover;password=s3cret",
                "jdbc:postgresql:/app?password=s3cret",
                "jdbc:postgresql://old:5432?user=mover&password=s3cret",
                "jdbc:postgresql://old:5432/app/?user=mover&password=s3cret",
                "jdbc:postgresql://old:5432/app&password=s3cret",
                "jdbc:postgresql://old:port/app?password=s3cret",
                "jdbc:postgresql://old:65536/app?password=s3cret",
                "jdbc:postgresql://old/a%pp?password=s3cret",
                "jdbc:postgresql://old/app?password=%s3cret",
                "jdbc:postgresql://mover:s3cret@old:5432/app",
                "jdbc:postgresql://mover:x/s3cret@old/app",
                "jdbc:postgresql://mover:x@s3cret@old/app",
                "jdbc:postgresql://mover:s3cret?x@old/app",
                "jdbc:postgresql://mover:s3cret/app",
                "jdbc:postgresql:mover:s3cret@old/app"
            })
    void refusesWhatTheDriverDoesNotUnderstandAndNobodyIsShownSecrets(String url) {
        String logged = loggedByTheDriver(() -> assertThatIllegalArgumentException()
                .isThrownBy(() -> Endpoint.of(url))
                .withMessageNotContaining(SECRET)
                .withNoCause());
        assertThat(logged).doesNotContain(SECRET);
        String loggedOfAddress = loggedByTheDriver(() -> assertThatIllegalArgumentException()
                .isThrownBy(() -> ServerAddress.of(url))
                .withMessageNotContaining(SECRET));
        assertThat(loggedOfAddress).doesNotContain(SECRET);
    }

    /** Gives all that the driver logs meanwhile, as a formatter writes it. */
    private static String loggedByTheDriver(Runnable action) {
        StringBuilder logged = new StringBuilder();
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
        Logger driver = Logger.getLogger("org.postgresql");
        driver.setLevel(Level.ALL);
        driver.addHandler(handler);
        try {
            action.run();
        } finally {
            driver.removeHandler(handler);
            driver.setLevel(null);
        }
        return logged.toString();
    }

    @ParameterizedTest
    @CsvSource({
        "jdbc:postgresql://old:5432, there is no / behind its host and port",
        "jdbc:postgresql://old/app/, another / behind that of its host",
        "jdbc:postgresql://old:x/app, is no port",
        "jdbc:postgresql://mover:s3cret@old:5432/app, 'use credentials(user, password)'",
        "jdbc:postgresql://old/app&user=mover, behind which parameters belong",
        "jdbc:postgresql://old/100%, write %25 for a % itself",
        "postgres://old/app, the form is jdbc:postgresql://host:port/database",
    })
    void saysWhatIsWrongWithAUrlAndWhatIsRight(String url, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Endpoint.of(url))
                .withMessageContaining("not a PostgreSQL JDBC URL")
                .withMessageContaining(message);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "jdbc:postgresql:",
                "jdbc:postgresql://",
                "jdbc:postgresql:///",
                "jdbc:postgresql:///app",
                "jdbc:postgresql://[::1]:5433/app",
                "jdbc:postgresql://[fe80::1%eth0]/app?password=a@b/c=d",
                "jdbc:postgresql://one,two:5433/a%40b%3Dc%2Fd"
            })
    void takesWhatTheDriverTakes(String url) {
        assertThat(Endpoint.of(url).url()).isEqualTo(url.split("\\?", 2)[0]);
    }

    @Test
    void refusesAPropertyThatTheDriverHasNotWithoutShowingItsValue() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Endpoint.of("jdbc:postgresql://old/app").property("passwort", SECRET))
                .withMessageContaining("'passwort'")
                .withMessageNotContaining(SECRET);
    }

    @Test
    void showsServerAndDatabaseAndNothingElse() {
        Endpoint endpoint = Endpoint.of("jdbc:postgresql://old:5433/app?user=mover&password=s3cret")
                .credentials("mover", SECRET)
                .property("sslpassword", SECRET);
        assertThat(endpoint).hasToString("jdbc:postgresql://old:5433/app");
        assertThat(new EndpointConnections("source", endpoint, "m"))
                .hasToString("source jdbc:postgresql://old:5433/app");
        assertThat(new Credentials.Login("mover", SECRET).toString())
                .contains("mover")
                .doesNotContain(SECRET);
        assertThat(Credentials.of("mover", SECRET).toString()).doesNotContain(SECRET);
    }

    @Test
    void keepsTheParametersOfTheUrlAsPropertiesSoThatWhatIsPinnedGoesBeforeThem() {
        Endpoint endpoint = Endpoint.of("jdbc:postgresql://old/app?options=-c%20work_mem=1MB&ApplicationName=shop&ssl");
        assertThat(endpoint.url()).isEqualTo("jdbc:postgresql://old/app");
        assertThat(endpoint.properties())
                .containsOnlyKeys("options", "ApplicationName", "ssl")
                .containsEntry("options", "-c work_mem=1MB")
                .containsEntry("ApplicationName", "shop")
                .containsEntry("ssl", "");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "host",
                "port",
                "dbname",
                "service",
                "Port",
                "PGHOST",
                "PGPORT",
                "PGDBNAME",
                "PGDATABASE",
                "PGSERVICE"
            })
    void refusesWhatWouldLeadElsewhereThanTheAddress(String name) {
        String message =
                "'" + name + "' would lead elsewhere than the address of the URL; write what it says into the address";
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Endpoint.of("jdbc:postgresql://db1/orders?sslmode=require&" + name + "=5433"))
                .withMessageContaining(message);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Endpoint.of("jdbc:postgresql:///?" + name))
                .withMessageContaining(message);
        Endpoint endpoint = Endpoint.of("jdbc:postgresql://db1/orders");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> endpoint.property(name, "5433"))
                .withMessageContaining(message);
    }

    @Test
    void leavesTheEndpointItCameFromAsItWas() {
        Endpoint first = Endpoint.of("jdbc:postgresql://old/app");
        Endpoint second = first.property("sslmode", "require").credentials("mover", SECRET);
        assertThat(first.properties()).isEmpty();
        assertThat(first.credentialsOrNull()).isNull();
        assertThat(second.properties()).containsEntry("sslmode", "require");
        assertThat(second.credentialsOrNull()).isNotNull();
    }

    @Test
    void saysThatCredentialsCouldNotBeLookedUp() {
        Endpoint endpoint = Endpoint.of("jdbc:postgresql://old/app?password=s3cret")
                .credentials(url -> {
                    throw new IllegalStateException("the vault is sealed, asked for " + url);
                });
        assertThatThrownBy(() -> new EndpointConnections("source", endpoint, "m").open())
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("credentials for the source jdbc:postgresql://old/app could not be looked up:"
                        + " the vault is sealed, asked for jdbc:postgresql://old/app")
                .hasMessageNotContaining(SECRET);
    }

    @ParameterizedTest
    @CsvSource({
        "jdbc:postgresql://host:5433/app, app, jdbc:postgresql://host:5433/new+%22name%22",
        "jdbc:postgresql://host/a%2Fb%25+c?ssl=true, a/b% c, jdbc:postgresql://host/new+%22name%22",
        "'jdbc:postgresql://one:1,two:2/app', app, 'jdbc:postgresql://one:1,two:2/new+%22name%22'",
        "jdbc:postgresql://host/, '', jdbc:postgresql://host/new+%22name%22",
        "jdbc:postgresql:app, app, jdbc:postgresql:new+%22name%22",
    })
    void knowsItsDatabaseAndTheOthersOfItsServer(String url, String database, String other) {
        Endpoint endpoint = Endpoint.of(url).credentials("mover", "secret").property("sslmode", "prefer");
        assertThat(endpoint.database()).isEqualTo(database);
        Endpoint neighbour = endpoint.database("new \"name\"");
        assertThat(neighbour.url()).isEqualTo(other);
        assertThat(neighbour.database()).isEqualTo("new \"name\"");
        assertThat(neighbour.properties()).isEqualTo(endpoint.properties());
        assertThat(neighbour.credentialsOrNull()).isSameAs(endpoint.credentialsOrNull());
        Properties parsed = Driver.parseURL(neighbour.url(), new Properties());
        assertThat(parsed).containsEntry("PGDBNAME", "new \"name\"");
    }
}
