package dev.godwit.testkit;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.SplittableRandom;

/** Deletes a row with a value out of line, changes it beside that value, or writes it with a new one. */
record WideRowWrite(long id, Way way, RandomText title, RandomText body) implements WorkloadWrites {
    private static final int ROWS_OF_A_WRITER = 40;

    enum Way {
        DELETE,
        BESIDE,
        WRITE
    }

    static WideRowWrite plan(int writer, SplittableRandom random) {
        long id = (long) writer * KEYS_OF_A_WRITER + random.nextInt(ROWS_OF_A_WRITER);
        int kind = random.nextInt(8);
        return new WideRowWrite(
                id,
                kind == 0 ? Way.DELETE : kind < 5 ? Way.BESIDE : Way.WRITE,
                RandomText.draw(random, 12),
                RandomText.draw(random, 3_000 + random.nextInt(12_000)));
    }

    @Override
    public void execute(Connection connection) throws SQLException {
        switch (way) {
            case DELETE -> WorkloadWrites.update(connection, "DELETE FROM workload.document WHERE id = " + id);
            case BESIDE ->
                WorkloadWrites.update(
                        connection,
                        "UPDATE workload.document SET title = '" + title.text() + "', edits = edits + 1 WHERE id = "
                                + id);
            case WRITE -> upsert(connection);
        }
    }

    private void upsert(Connection connection) throws SQLException {
        try (PreparedStatement upsert = connection.prepareStatement(
                "INSERT INTO workload.document (id, title, body, digest) VALUES (?, ?, ?, md5(?))"
                        + " ON CONFLICT (id) DO UPDATE SET body = excluded.body, digest = excluded.digest")) {
            String text = body.text();
            upsert.setLong(1, id);
            upsert.setString(2, title.text());
            upsert.setString(3, text);
            upsert.setString(4, text);
            upsert.executeUpdate();
        }
    }

    @Override
    public void addTo(WorkloadExpectation expectation) {
        switch (way) {
            case DELETE -> expectation.documents().remove(id);
            case BESIDE ->
                expectation
                        .documents()
                        .computeIfPresent(
                                id, (k, old) -> new WorkloadExpectation.Document(title, old.body(), old.edits() + 1));
            case WRITE ->
                expectation
                        .documents()
                        .merge(
                                id,
                                new WorkloadExpectation.Document(title, body, 0),
                                (old, fresh) ->
                                        new WorkloadExpectation.Document(old.title(), fresh.body(), old.edits()));
        }
    }
}
