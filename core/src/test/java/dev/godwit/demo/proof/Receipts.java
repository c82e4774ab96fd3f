package dev.godwit.demo.proof;

import dev.godwit.demo.traffic.Acknowledgement;
import dev.godwit.demo.traffic.Journal;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.sql.DataSource;

/** Compares the application's journal with the receipts that its transactions left. */
public final class Receipts {

    private Receipts() {}

    /** Looks at the new server after the traffic has ended. */
    public static Finding eachExactlyOnce(DataSource target, Journal journal) throws SQLException {
        Map<String, Integer> receipts = new HashMap<>();
        try (Connection connection = target.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT token, count(*)::int FROM receipt GROUP BY token")) {
            while (rows.next()) {
                receipts.put(rows.getString(1), rows.getInt(2));
            }
        }
        List<String> acknowledged =
                journal.acknowledged().stream().map(Acknowledgement::token).toList();
        return judge(acknowledged, Set.copyOf(journal.inDoubt()), receipts);
    }

    /** The application reported no error of its own: no SQL failed for good, no acknowledged row was missed. */
    public static Finding trafficUndisturbed(Journal journal) {
        List<String> problems = journal.problems();
        return new Finding(
                "no error reached the application",
                problems.isEmpty(),
                problems.isEmpty() ? "%,d retries".formatted(journal.counts().retries()) : String.join("; ", problems));
    }

    static Finding judge(Collection<String> acknowledged, Set<String> inDoubt, Map<String, Integer> receipts) {
        long missing = acknowledged.stream()
                .filter(token -> !receipts.containsKey(token))
                .count();
        long doubled = receipts.values().stream().filter(count -> count != 1).count();
        Set<String> unknown = new HashSet<>(receipts.keySet());
        acknowledged.forEach(unknown::remove);
        unknown.removeAll(inDoubt);
        boolean holds = missing == 0 && doubled == 0 && unknown.isEmpty() && !acknowledged.isEmpty();
        long arrived = inDoubt.stream().filter(receipts::containsKey).count();
        String evidence = holds
                ? "%,d acknowledged, 0 missing, 0 twice; in doubt %,d, of which %,d arrived"
                        .formatted(acknowledged.size(), inDoubt.size(), arrived)
                : "%,d acknowledged: %,d missing, %,d twice, %,d that nobody committed"
                        .formatted(acknowledged.size(), missing, doubled, unknown.size());
        return new Finding("each acknowledged transaction there exactly once", holds, evidence);
    }
}
