package dev.godwit.replication.apply;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class EveryOperationIT {

    @ParameterizedTest
    @MethodSource("dev.godwit.replication.apply.Servers#pairs")
    void appliesInsertsUpdatesAndDeletesAndCountsThem(int from, int to) throws Exception {
        try (Replica replica = Replica.of(
                        from,
                        to,
                        "CREATE TABLE item (id int PRIMARY KEY, name text, price numeric(10,2), at timestamptz)",
                        "CREATE SCHEMA \"Odd \"\"Name?\"",
                        "CREATE TABLE \"Odd \"\"Name?\".\"t'%\" (\"k?{}\" text PRIMARY KEY, \"v:x\" text)")
                .started()) {
            replica.source("INSERT INTO public.item SELECT i, 'n' || i, i / 3.0, '2020-01-01Z'"
                    + " FROM generate_series(1, 2500) i");
            replica.source("UPDATE public.item SET name = NULL, price = -1 WHERE id % 7 = 0");
            replica.source("UPDATE public.item SET id = id + 10000 WHERE id % 11 = 0");
            replica.source("DELETE FROM public.item WHERE id % 5 = 0");
            replica.source("INSERT INTO \"Odd \"\"Name?\".\"t'%\" VALUES ('a', NULL), ('?', '{d}')");
            replica.source("UPDATE \"Odd \"\"Name?\".\"t'%\" SET \"v:x\" = 'x' WHERE \"k?{}\" = '?'");
            replica.assertSame("public.item", "\"Odd \"\"Name?\".\"t'%\"");
            ApplyCounters counters = replica.subscriber().status().counters();
            assertThat(counters.transactions()).isEqualTo(6);
            assertThat(counters.inserts()).isEqualTo(2502);
            assertThat(counters.updates()).isEqualTo(2500 / 7 + 2500 / 11 + 1);
            assertThat(counters.deletes()).isPositive();
            assertThat(counters.truncates()).isZero();
        }
    }
}
