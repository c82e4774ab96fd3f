package dev.godwit.schema;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.postgresql.Driver;

class LibpqEnvironmentTest {

    private static Map<String, String> of(String url, Map<String, String> own) {
        return LibpqEnvironment.of(requireNonNull(Driver.parseURL("jdbc:postgresql:" + url, new Properties())), own);
    }

    @Test
    void hostsLoginAndTlsAreCarriedOver() {
        assertThat(of(
                        "//one:5433,two/or%20ders?user=u&password=p&sslmode=verify-ca&sslrootcert=/ca.pem&sslcert=/c.pem"
                                + "&sslkey=/k.pem&options=-c%20a=b&channelBinding=require&gssEncMode=allow"
                                + "&targetServerType=primary&connectTimeout=7",
                        Map.of()))
                .containsEntry("PGHOST", "one,two")
                .containsEntry("PGPORT", "5433,5432")
                .containsEntry("PGDATABASE", "or ders")
                .containsEntry("PGUSER", "u")
                .containsEntry("PGPASSWORD", "p")
                .containsEntry("PGSSLMODE", "verify-ca")
                .containsEntry("PGSSLROOTCERT", "/ca.pem")
                .containsEntry("PGSSLCERT", "/c.pem")
                .containsEntry("PGSSLKEY", "/k.pem")
                .containsEntry("PGOPTIONS", "-c a=b")
                .containsEntry("PGCHANNELBINDING", "require")
                .containsEntry("PGGSSENCMODE", "prefer")
                .containsEntry("PGTARGETSESSIONATTRS", "read-write")
                .containsEntry("PGCONNECT_TIMEOUT", "7");
    }

    @Test
    void tlsIsAsTheDriverTakesItWhereNobodySaysHow() {
        assertThat(of("//one/d", Map.of())).containsEntry("PGSSLMODE", "prefer").doesNotContainKey("PGPASSWORD");
        assertThat(of("//one/d?ssl=true", Map.of())).containsEntry("PGSSLMODE", "verify-full");
        assertThat(of("//one/d?ssl=true&sslfactory=org.postgresql.ssl.NonValidatingFactory", Map.of()))
                .containsEntry("PGSSLMODE", "require");
    }

    @Test
    void whatLibpqHasNothingForIsNamedUnlessTheUserSaysItInItsTerms() {
        String url = "//one/d?sslfactory=com.acme.Factory&socketFactory=com.acme.Sockets&sslkey=/k.p12";
        assertThatThrownBy(() -> of(url, Map.of()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContainingAll(
                        "sslfactory com.acme.Factory", "socketFactory com.acme.Sockets", "sslkey /k.p12", "PGSSLKEY");
        assertThatThrownBy(() -> of("//one/d?sslkey=/k.pk8&sslpassword=hidden", Map.of()))
                .hasMessageContaining("sslpassword")
                .hasMessageNotContaining("hidden");
        assertThat(of(url, Map.of("PGSSLMODE", "require", "PGHOST", "tunnel", "PGSSLKEY", "/k.pem")))
                .containsEntry("PGHOST", "tunnel")
                .containsEntry("PGSSLKEY", "/k.pem")
                .containsEntry("PGSSLMODE", "require");
    }
}
