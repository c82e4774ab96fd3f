package dev.godwit.testkit;

import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.SplittableRandom;

/** Deletes a row, moves it to another key if that is free, or writes it. */
record KeyChange(long id, long other, Way way, RandomText name, int cents, RandomText tag) implements WorkloadWrites {
    private static final int ROWS_OF_A_WRITER = 300;

    enum Way {
        DELETE,
        MOVE,
        WRITE
    }

    static KeyChange plan(int writer, SplittableRandom random) {
        long base = (long) writer * KEYS_OF_A_WRITER;
        int kind = random.nextInt(4);
        return new KeyChange(
                base + random.nextInt(ROWS_OF_A_WRITER),
                base + random.nextInt(ROWS_OF_A_WRITER),
                kind == 0 ? Way.DELETE : kind == 1 ? Way.MOVE : Way.WRITE,
                RandomText.draw(random, 20),
                random.nextInt(1_000_000),
                RandomText.draw(random, 3));
    }

    private BigDecimal price() {
        return BigDecimal.valueOf(cents, 2);
    }

    @Override
    public void execute(Connection connection) throws SQLException {
        WorkloadWrites.update(
                connection,
                switch (way) {
                    case DELETE -> "DELETE FROM workload.item WHERE id = " + id;
                    case MOVE ->
                        "UPDATE workload.item SET id = " + other + " WHERE id = " + id
                                + " AND NOT EXISTS (SELECT 1 FROM workload.item WHERE id = " + other + ")";
                    case WRITE ->
                        "INSERT INTO workload.item (id, name, price, tags) VALUES (" + id + ", '" + name.text() + "', "
                                + price()
                                + ", ARRAY['" + tag.text() + "', NULL])"
                                + " ON CONFLICT (id) DO UPDATE SET price = excluded.price, changed = now()";
                });
    }

    @Override
    public void addTo(WorkloadExpectation expectation) {
        switch (way) {
            case DELETE -> expectation.items().remove(id);
            case MOVE -> {
                if (!expectation.items().containsKey(other)) {
                    WorkloadExpectation.Item moved = expectation.items().remove(id);
                    if (moved != null) {
                        expectation.items().put(other, moved);
                    }
                }
            }
            case WRITE ->
                expectation
                        .items()
                        .merge(
                                id,
                                new WorkloadExpectation.Item(name, price(), tag),
                                (old, fresh) -> new WorkloadExpectation.Item(old.name(), fresh.price(), old.tag()));
        }
    }
}
