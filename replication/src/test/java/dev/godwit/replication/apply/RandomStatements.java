package dev.godwit.replication.apply;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Makes up the statements of one writer, each kind of work as a list that belongs into one transaction.
 *
 * <p>A writer has numbers of its own. Rows of even numbers are written once and never touched again, so that no later change
 * can cover a lost or a repeated one; only TRUNCATE, on some tables, takes them too.
 */
final class RandomStatements {

    private static final List<String> TRUNCATED = List.of("t_uuid", "t_citext", "t_none", "t_part");

    private final Random random;
    private final int base;
    private final boolean truncates;
    private final Map<String, Integer> numbers = new HashMap<>();

    RandomStatements(Random random, int writer, boolean truncates) {
        this.random = random;
        base = writer * RandomWriter.NUMBERS;
        this.truncates = truncates;
    }

    private interface Work {
        List<String> on(RandomTable table);
    }

    /** Rows to begin with. */
    List<String> first(RandomTable table) {
        int first = Integer.parseInt(fresh(table, 20));
        return List.of(table.insert("i", Map.of()) + " FROM generate_series(" + first + ", " + (first + 19) + ") i");
    }

    List<String> next(RandomTable table, boolean mayTruncate) {
        List<Work> choices = new ArrayList<>(List.of(
                this::insert,
                this::insert,
                this::insertMany,
                this::update,
                this::update,
                this::updateMany,
                this::delete,
                this::deleteMany,
                this::deleteAndInsertAgain,
                this::comeAndGo));
        if (table.traits().keyChanges()) {
            choices.addAll(List.of(this::changeKey, this::changeKey, this::swapKeys, this::reuseKey));
        }
        if (table.traits().code()) {
            choices.addAll(List.of(this::handOverCode, this::inheritCode, this::swapCodes));
        }
        if (table.traits().position()) {
            choices.addAll(List.of(this::swapPositions, this::negatePositions));
        }
        if (table.name().equals("t_citext")) {
            choices.add(this::changeCase);
        }
        if (truncates && mayTruncate && random.nextInt(150) == 0) {
            return truncate(table);
        }
        return choices.get(random.nextInt(choices.size())).on(table);
    }

    private int counter(RandomTable table) {
        return numbers.getOrDefault(table.name(), 0);
    }

    private String fresh(RandomTable table, int count) {
        int first = counter(table) + 1;
        numbers.put(table.name(), first + count - 1);
        return Integer.toString(base + first);
    }

    private String freshOdd(RandomTable table) {
        if (counter(table) % 2 == 1) {
            String ignored = fresh(table, 1);
        }
        return fresh(table, 1);
    }

    /** A number that may have a row which may be changed, rather one of the last. */
    private String some(RandomTable table) {
        int all = Math.max(1, counter(table));
        int back = random.nextInt(random.nextBoolean() ? Math.min(all, 12) : all);
        return Integer.toString(base + ((all - back) | 1));
    }

    /** A range of rows that may be changed. */
    private String range(RandomTable table) {
        int length = 1 + random.nextInt(random.nextInt(20) == 0 ? table.traits().mostRows() : 30);
        int from = random.nextInt(counter(table) + 1);
        return "num % 2 = 1 AND num BETWEEN " + (base + from) + " AND " + (base + from + length);
    }

    private List<String> insert(RandomTable table) {
        return List.of(table.insert(fresh(table, 1), Map.of()));
    }

    private List<String> insertMany(RandomTable table) {
        int count = 2 + random.nextInt(random.nextInt(12) == 0 ? table.traits().mostRows() : 40);
        int rows = Math.min(count, table.traits().mostRows());
        String first = fresh(table, rows);
        String last = Integer.toString(Integer.parseInt(first) + rows - 1);
        String from = " FROM generate_series(" + first + ", " + last + ") i";
        List<String> statements = new ArrayList<>(List.of(table.insert("i", Map.of()) + from));
        if (table.traits().duplicates()) {
            statements.add("INSERT INTO " + table.name() + " SELECT * FROM " + table.name() + " WHERE num = " + last);
        }
        return statements;
    }

    private String settings(RandomTable table, String number, boolean many) {
        List<String> settings = new ArrayList<>();
        table.values().forEach((column, expression) -> {
            boolean unique = column.equals("code") || column.equals("pos") || (column.equals("id") && many);
            if (!unique && random.nextInt(3) == 0) {
                settings.add(column + " = " + (column.equals("n") ? "n + 1" : expression.replace("#", number)));
            }
        });
        if (settings.isEmpty()) {
            settings.add(random.nextInt(4) == 0 ? "num = num" : "n = n + 1");
        }
        return String.join(", ", settings);
    }

    private List<String> update(RandomTable table) {
        return List.of("UPDATE " + table.name() + " SET " + settings(table, freshOdd(table), false) + " WHERE "
                + table.at(some(table)));
    }

    private List<String> updateMany(RandomTable table) {
        return List.of("UPDATE " + table.name() + " SET " + settings(table, "num + " + random.nextInt(9), true)
                + " WHERE " + range(table));
    }

    private List<String> delete(RandomTable table) {
        return List.of(delete(table, some(table)));
    }

    private static String delete(RandomTable table, String number) {
        return "DELETE FROM " + table.name() + " WHERE " + table.at(number);
    }

    private List<String> deleteMany(RandomTable table) {
        return List.of("DELETE FROM " + table.name() + " WHERE " + range(table));
    }

    private List<String> deleteAndInsertAgain(RandomTable table) {
        String number = some(table);
        return List.of(
                delete(table, number),
                table.insert(number, Map.of()),
                update(table).get(0));
    }

    private List<String> comeAndGo(RandomTable table) {
        String number = freshOdd(table);
        return List.of(
                table.insert(number, Map.of()),
                "UPDATE " + table.name() + " SET n = n + 1 WHERE " + table.at(number),
                delete(table, number));
    }

    private static String move(RandomTable table, String from, String to) {
        return "UPDATE " + table.name() + " SET " + table.setKey(to) + " WHERE " + table.at(from);
    }

    private List<String> changeKey(RandomTable table) {
        return List.of(move(table, some(table), freshOdd(table)));
    }

    private List<String> swapKeys(RandomTable table) {
        String one = some(table);
        String other = some(table);
        String aside = Integer.toString(base + RandomWriter.NUMBERS - 1);
        return List.of(move(table, one, aside), move(table, other, one), move(table, aside, other));
    }

    /** A key that was deleted or left is taken by another row. */
    private List<String> reuseKey(RandomTable table) {
        String gone = some(table);
        String mover = some(table);
        return List.of(delete(table, gone), move(table, mover, gone), table.insert(mover, Map.of()));
    }

    private List<String> changeCase(RandomTable table) {
        return List.of("UPDATE " + table.name() + " SET id = CASE WHEN id::text = upper(id::text)"
                + " THEN lower(id::text) ELSE upper(id::text) END::citext WHERE " + table.at(some(table)));
    }

    private String code() {
        return "'c" + base + "-" + random.nextInt(12) + "'";
    }

    private static String setCode(RandomTable table, String code, String where) {
        return "UPDATE " + table.name() + " SET code = " + code + " WHERE " + where;
    }

    private List<String> handOverCode(RandomTable table) {
        String code = code();
        return List.of(setCode(table, "NULL", "code = " + code), setCode(table, code, table.at(some(table))));
    }

    /** The holder of a unique value goes, a new row comes with the same. */
    private List<String> inheritCode(RandomTable table) {
        String code = code();
        return List.of(
                "DELETE FROM " + table.name() + " WHERE code = " + code,
                table.insert(freshOdd(table), Map.of("code", code)));
    }

    private List<String> swapCodes(RandomTable table) {
        String one = code();
        String other = code();
        return List.of(
                setCode(table, "'aside" + base + "'", "code = " + one),
                setCode(table, one, "code = " + other),
                setCode(table, other, "code = 'aside" + base + "'"));
    }

    private List<String> swapPositions(RandomTable table) {
        String one = some(table);
        String other = some(table);
        return List.of("UPDATE t_position a SET pos = b.pos FROM t_position b WHERE a.num = " + one + " AND b.num = "
                + other + " OR a.num = " + other + " AND b.num = " + one);
    }

    private List<String> negatePositions(RandomTable table) {
        return List.of("UPDATE t_position SET pos = -pos WHERE " + range(table));
    }

    private List<String> truncate(RandomTable table) {
        String restart = random.nextBoolean() ? " RESTART IDENTITY" : "";
        List<String> statements = new ArrayList<>(
                switch (random.nextInt(4)) {
                    case 0 -> List.of("TRUNCATE " + String.join(", ", TRUNCATED) + restart);
                    case 1 -> List.of("TRUNCATE t_parent CASCADE");
                    case 2 -> List.of("TRUNCATE t_child, t_parent" + restart);
                    default -> List.of("TRUNCATE " + TRUNCATED.get(random.nextInt(TRUNCATED.size())) + restart);
                });
        statements.addAll(insertMany(table));
        return statements;
    }
}
