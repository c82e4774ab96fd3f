package dev.godwit.preflight;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.Provokes;
import dev.godwit.result.Finding;
import dev.godwit.result.FindingCode;
import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.PostgresPairTest;
import dev.godwit.testkit.PostgresServer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the preflight finds where both databases are right, and do not go together. */
@PostgresPairTest(source = "15", target = "17")
final class LocalesPreflightIT {
    private static final String ICU = " TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'en'";
    private static final String LIBC = " TEMPLATE template0 LOCALE 'C.utf8'";

    @BeforeEach
    void aTable(PostgresPair pair) {
        pair.source().execute("app", Assessment.TABLE);
    }

    /** Each line: how the databases are made on source and target, and the kinds of findings. */
    @Provokes({FindingCode.LOCALE, FindingCode.LOCALE_PROVIDER, FindingCode.ICU_RULES})
    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "none", textBlock = """
            TEMPLATE template0 | TEMPLATE template0 | none
            TEMPLATE template0 | TEMPLATE template0 LOCALE 'POSIX' | none
            TEMPLATE template0 | TEMPLATE template0 LOCALE 'C.utf8' | LOCALE
            TEMPLATE template0 LOCALE 'C.utf8' | TEMPLATE template0 LOCALE 'C.UTF-8' | none
            TEMPLATE template0 | TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'en' | LOCALE_PROVIDER
            TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'en' | TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'en' | none
            TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'en' | TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'sv' | \
            LOCALE
            TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'en' | \
            TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'en' ICU_RULES '&a < g' | ICU_RULES
            """)
    void findsLocalesThatDiffer(String source, String target, @Nullable FindingCode found, PostgresPair pair) {
        pair.source().execute("postgres", "CREATE DATABASE one " + source);
        pair.target().execute("postgres", "CREATE DATABASE two " + target);
        pair.source().execute("one", Assessment.TABLE);
        Assessment assessment = Assessment.of(pair, "one", "two");
        for (FindingCode code :
                new FindingCode[] {FindingCode.LOCALE, FindingCode.LOCALE_PROVIDER, FindingCode.ICU_RULES}) {
            if (code == found) {
                assertThat(assessment.only(code).object()).isEqualTo("two");
            } else {
                assessment.hasNone(code);
            }
        }
    }

    @Provokes({FindingCode.SOURCE_ENCODING, FindingCode.TARGET_ENCODING})
    @Test
    void findsEncodingsThatDoNotGoTogether(PostgresPair pair) {
        Assessment.of(pair).hasNone(FindingCode.SOURCE_ENCODING);
        Assessment.of(pair).hasNone(FindingCode.TARGET_ENCODING);
        pair.source().execute("postgres", "CREATE DATABASE ascii ENCODING 'SQL_ASCII' LOCALE 'C' TEMPLATE template0");
        pair.target().execute("postgres", "CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0");
        Assessment assessment = Assessment.of(pair, "ascii", "latin");
        assertThat(assessment.only(FindingCode.SOURCE_ENCODING).observed()).contains("SQL_ASCII");
        assertThat(assessment.only(FindingCode.TARGET_ENCODING).observed()).contains("LATIN1");
    }

    @Provokes(FindingCode.COLLATION_CHANGED)
    @Test
    void findsADatabaseWhoseIndexesAreOfAnotherVersionOfItsCollation(PostgresPair pair) {
        PostgresServer source = pair.source();
        source.execute("postgres", "CREATE DATABASE icu" + ICU);
        source.execute("icu", "CREATE TABLE t (id text COLLATE \"en-x-icu\" PRIMARY KEY)");
        Assessment.of(pair, "icu", "app").hasNone(FindingCode.COLLATION_CHANGED);
        source.execute("icu", "UPDATE pg_database SET datcollversion = '1.0' WHERE datname = 'icu'");
        Finding finding = Assessment.of(pair, "icu", "app").only(FindingCode.COLLATION_CHANGED);
        assertThat(finding.object()).isEqualTo("icu");
        assertThat(finding.observed()).contains("of the source's database had version 1.0 and now has");
        source.execute("icu", finding.remedy());
        Assessment.of(pair, "icu", "app").hasNone(FindingCode.COLLATION_CHANGED);
        source.execute("icu", "UPDATE pg_collation SET collversion = '1.0' WHERE collname = 'en-x-icu'");
        finding = Assessment.of(pair, "icu", "app").only(FindingCode.COLLATION_CHANGED);
        assertThat(finding.observed()).contains("indexes on public.t.id and others");
        source.execute("icu", finding.remedy());
        Assessment.of(pair, "icu", "app").hasNone(FindingCode.COLLATION_CHANGED);
    }

    /** Both servers of a test come with the same ICU; another language's order has another version, too. */
    @Provokes(FindingCode.COLLATION_VERSION)
    @Test
    void findsCollationsOfOtherVersionsOnTheTarget(PostgresPair pair) {
        pair.source().execute("app", "CREATE TABLE t (id text COLLATE \"en-x-icu\" PRIMARY KEY)");
        Assessment.of(pair).hasNone(FindingCode.COLLATION_VERSION);
        pair.target()
                .execute(
                        "app",
                        "DROP COLLATION pg_catalog.\"en-x-icu\"",
                        "CREATE COLLATION pg_catalog.\"en-x-icu\" (provider = icu, locale = 'sv')");
        Finding finding = Assessment.of(pair).only(FindingCode.COLLATION_VERSION);
        assertThat(finding.object()).isEqualTo("collation pg_catalog.\"en-x-icu\"");
        assertThat(finding.observed()).contains("on the source and ");
    }

    @Provokes(FindingCode.COLLATION_MISSING)
    @Test
    void findsACollationThatTheTargetsSystemDoesNotHave(PostgresPair pair) {
        pair.source().execute("app", "CREATE TABLE t (id text COLLATE \"C.utf8\" PRIMARY KEY)");
        Assessment.of(pair).hasNone(FindingCode.COLLATION_MISSING);
        pair.target().execute("app", "DROP COLLATION pg_catalog.\"C.utf8\"");
        Finding finding = Assessment.of(pair).only(FindingCode.COLLATION_MISSING);
        assertThat(finding.object()).isEqualTo("pg_catalog.\"C.utf8\"");
        assertThat(finding.observed()).contains("column public.t.id names");
        pair.target().execute("app", finding.remedy());
        Assessment.of(pair).hasNone(FindingCode.COLLATION_MISSING);
    }

    @Provokes(FindingCode.PARTITION_HASH)
    @Test
    void findsPartitionsByTheHashOfWhatHasAnotherHashElsewhere(PostgresPair pair) {
        PostgresServer source = pair.source();
        source.execute(
                "app",
                "CREATE TYPE shade AS ENUM ('dark', 'light')",
                "CREATE DOMAIN shades AS shade",
                "CREATE TABLE l (s shade) PARTITION BY LIST (s)",
                "CREATE TABLE i (s text, n oid) PARTITION BY HASH (s, n)");
        Assessment.of(pair).hasNone(FindingCode.PARTITION_HASH);
        source.execute("app", "CREATE TABLE h (s shades) PARTITION BY HASH (s)");
        Finding finding = Assessment.of(pair).only(FindingCode.PARTITION_HASH);
        assertThat(finding.object()).isEqualTo("public.h");
        assertThat(finding.observed()).contains("by the hash of s of type public.shades");
        source.execute("app", "DROP TABLE h");
        Assessment.of(pair).hasNone(FindingCode.PARTITION_HASH);
    }

    @Provokes(FindingCode.PARTITION_ORDER)
    @Test
    void findsPartitionsByTheOrderOrTheBytesOfText(PostgresPair pair) {
        pair.source().execute("postgres", "CREATE DATABASE utf8" + LIBC);
        pair.source().execute("postgres", "CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0");
        for (String database : new String[] {"utf8", "latin"}) {
            pair.source()
                    .execute(
                            database,
                            "CREATE TABLE r (id text, n int) PARTITION BY RANGE (n, id)",
                            "CREATE TABLE c (id text COLLATE \"C\") PARTITION BY RANGE (id)",
                            "CREATE TABLE h (id text) PARTITION BY HASH (id)",
                            "CREATE TABLE n (id int) PARTITION BY HASH (id)",
                            "CREATE TABLE l (id text) PARTITION BY LIST (id)");
        }
        Finding order = Assessment.of(pair, "utf8", "app").only(FindingCode.PARTITION_ORDER);
        assertThat(order.object()).isEqualTo("public.r");
        assertThat(order.observed()).contains("libc C.utf8 on the source, libc C on the target");
        Finding hash = Assessment.of(pair, "latin", "app").only(FindingCode.PARTITION_ORDER);
        assertThat(hash.object()).isEqualTo("public.h");
        assertThat(hash.observed()).contains("encoding LATIN1 on the source, UTF8 on the target");
    }

    /** Each line: a setting, its value as SQL, what the finding says more. */
    @Provokes(FindingCode.DATABASE_SETTING)
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            DATABASE app SET bytea_output = 'escape' | bytea_output | \
            to escape, and the target's does not set it: the application would read
            ROLE postgres IN DATABASE app SET "DateStyle" = 'SQL, DMY' | DateStyle  | to SQL, DMY for role postgres
            DATABASE app SET search_path = "$user", "It's", public   | search_path  | does not set it
            DATABASE app SET work_mem = '5MB'                        | work_mem     | to 5MB
            """)
    void findsSettingsOfTheDatabase(String setting, String name, String observed, PostgresPair pair) {
        Assessment.of(pair).hasNone(FindingCode.DATABASE_SETTING);
        pair.source().execute("app", "ALTER " + setting);
        pair.target().execute("app", "ALTER DATABASE app SET default_transaction_read_only = off");
        Finding finding = Assessment.of(pair).only(FindingCode.DATABASE_SETTING);
        assertThat(finding.object()).isEqualTo(name);
        assertThat(finding.observed()).contains(observed);
        pair.target().execute("app", finding.remedy());
        Assessment.of(pair).hasNone(FindingCode.DATABASE_SETTING);
        assertThat(
                        pair.target()
                                .query(
                                        "app",
                                        "SELECT setconfig::text FROM pg_db_role_setting s WHERE NOT EXISTS"
                                                + " (SELECT FROM unnest(setconfig) c WHERE c LIKE 'default_transaction%') OR setrole = 0"))
                .isNotEmpty();
    }

    @Provokes({FindingCode.SESSION_DEFAULT, FindingCode.MONEY_FORMAT})
    @Test
    void findsDefaultsOfSessionsThatDiffer(PostgresPair pair) {
        pair.source().execute("app", "CREATE TABLE price (id int PRIMARY KEY, amount money)");
        Assessment.of(pair).hasNone(FindingCode.SESSION_DEFAULT);
        Assessment.of(pair).hasNone(FindingCode.MONEY_FORMAT);
        pair.target().setParameter("lc_monetary", "C.utf8");
        pair.target().reload();
        Finding finding = Assessment.of(pair).only(FindingCode.SESSION_DEFAULT);
        assertThat(finding.object()).isEqualTo("lc_monetary");
        assertThat(Assessment.of(pair).only(FindingCode.MONEY_FORMAT).object()).isEqualTo("public.price.amount");
        try {
            pair.target().execute("app", finding.remedy());
            pair.target().reload();
            Assessment.of(pair).hasNone(FindingCode.SESSION_DEFAULT);
            Assessment.of(pair).hasNone(FindingCode.MONEY_FORMAT);
        } finally {
            pair.target().execute("app", "ALTER SYSTEM RESET ALL");
            pair.target().reload();
        }
    }
}
