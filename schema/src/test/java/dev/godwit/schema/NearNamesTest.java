package dev.godwit.schema;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class NearNamesTest {
    private static final List<String> KNOWN =
            List.of("userName", "password", "serverName", "databaseName", "port", "public.film", "public.film_actor");

    @ParameterizedTest
    @CsvSource({
        "username, userName",
        "usrName, userName",
        "pasword, password",
        "passwrod, password",
        "prt, port",
        "prot, port",
        "public.flim, public.film",
        "Public.Film, public.film",
        "public.film_actors, public.film_actor"
    })
    void putsTheNearestFirst(String written, String meant) {
        assertThat(NearNames.of(written, KNOWN)).startsWith(meant);
    }

    @ParameterizedTest
    @CsvSource({"x", "host", "archive.orders", "''"})
    void findsNothingWhereNothingIsNear(String written) {
        assertThat(NearNames.of(written, KNOWN)).isEmpty();
    }

    @Test
    void doesNotTakeAFewLettersForNearBecauseALongBeginningIsTheSame() {
        List<String> tables = List.of("public.film", "public.log", "public.actor");
        assertThat(NearNames.of("public.flim", tables)).containsExactly("public.film");
        assertThat(NearNames.of("public.Actor", tables)).containsExactly("public.actor");
    }

    @Test
    void comparesNothingWithANameThatNobodyHasTyped() {
        String endless = "a".repeat(100_000);
        assertThat(NearNames.of(endless, List.of(endless + "b"))).isEmpty();
        assertThat(NearNames.of("abcd", List.of("abc1", "abc2", "abc3", "abc4")))
                .hasSize(3);
    }
}
