package dev.godwit.internal.preflight;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** When two databases sort alike. Versions of ICU that differ need two operating systems, so they are tested here. */
final class DatabaseLocaleTest {

    @Test
    void localesOfTheSystemAreTheSameInAllTheirSpellings() {
        assertThat(libc("C").sortsLike(libc("POSIX"))).isTrue();
        assertThat(libc("en_US.UTF-8").sortsLike(libc("en_US.utf8"))).isTrue();
        assertThat(libc("en_US.utf8").sortsLike(libc("sv_SE.utf8"))).isFalse();
        assertThat(libc("C").sortsLike(icu("en", "", "153.120"))).isFalse();
    }

    @Test
    void versionsThatAreKnownToDifferSortOtherwise() {
        assertThat(icu("en", "", "153.14").sortsLike(icu("en", "", "153.120"))).isFalse();
        assertThat(icu("en", "", "153.14").isNamedLike(icu("en", "", "153.120")))
                .isTrue();
        assertThat(icu("en", "", "153.14").sortsLike(icu("en", "", ""))).isTrue();
        assertThat(icu("en", "", "153.14").sortsLike(icu("en", "", "153.14"))).isTrue();
    }

    @Test
    void rulesSortOtherwise() {
        assertThat(icu("en", "&a < g", "1").sortsLike(icu("en", "", "1"))).isFalse();
        assertThat(icu("en", "&a < g", "1").sortsLike(icu("sv", "&a < g", "1"))).isFalse();
    }

    private static DatabaseLocale libc(String locale) {
        return new DatabaseLocale("app", "libc", locale, locale, "", "", "", "", "UTF8");
    }

    private static DatabaseLocale icu(String locale, String rules, String version) {
        return new DatabaseLocale("app", "icu", "C", "C", locale, rules, version, version, "UTF8");
    }
}
