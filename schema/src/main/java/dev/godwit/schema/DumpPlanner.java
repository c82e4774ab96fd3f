package dev.godwit.schema;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Makes a plan of what pg_dump has written. Used once. */
final class DumpPlanner {

    /** With the first of these pg_dump's section post-data begins. */
    private static final Set<String> LATE = Set.of(
            "CONSTRAINT",
            "FK CONSTRAINT",
            "INDEX",
            "INDEX ATTACH",
            "STATISTICS",
            "TRIGGER",
            "RULE",
            "POLICY",
            "ROW SECURITY",
            "EVENT TRIGGER");

    /** Which are executed when the catalog's preparer would; the others follow after the copy. */
    private static final Set<String> STAGED = Set.of(
            "CONSTRAINT",
            "FK CONSTRAINT",
            "CHECK CONSTRAINT",
            "INDEX",
            "INDEX ATTACH",
            "STATISTICS",
            "TRIGGER",
            "RULE",
            "POLICY",
            "EVENT TRIGGER");

    /** The migration's own business: done at the cutover, or with what the statements need not hold. */
    private static final Set<String> OURS = Set.of("ROW SECURITY", "USER MAPPING");

    /** The session's business, which is the migration's. */
    private static final Set<String> SESSION = Set.of(
            "statement_timeout",
            "lock_timeout",
            "idle_in_transaction_session_timeout",
            "transaction_timeout",
            "client_encoding",
            "client_min_messages",
            "check_function_bodies");

    private static final String IDENTIFIER = "(\"(?:[^\"]|\"\")++\"|[^\\s\";]+)";
    private static final Pattern FIRING = Pattern.compile(
            "ALTER (?:TABLE|EVENT TRIGGER) .* ENABLE (?:ALWAYS|REPLICA)(?: (?:TRIGGER|RULE) .*)?", Pattern.DOTALL);
    private static final Pattern EVENT_TRIGGER =
            Pattern.compile("CREATE EVENT TRIGGER " + IDENTIFIER + " .*", Pattern.DOTALL);
    private static final Pattern ROLE =
            Pattern.compile("(?:OWNER TO|FOR ROLE|FOR USER|SESSION AUTHORIZATION|(?<=[^\"]) TO|FROM|GRANTED BY) "
                    + IDENTIFIER + "(?= WITH GRANT OPTION| GRANTED BY| IN SCHEMA| GRANT | REVOKE |$)");

    private final SchemaPlan own;
    private final Map<String, SchemaStep> ownSteps;
    private final DumpTarget target;
    private final DumpedNames names;
    private final List<DumpedEntry> dropped = new ArrayList<>();
    private final List<SchemaStep> steps = new ArrayList<>();
    private final List<String> notes;
    private final Set<String> lines = new LinkedHashSet<>();
    private final Set<String> ids = new HashSet<>();

    /**
     * Makes a planner.
     *
     * @param own what the catalog's preparer would do
     * @param all the labels of everything at the source, also of what it would leave out
     */
    DumpPlanner(SchemaPlan own, Set<String> all, DumpTarget target) {
        this.own = own;
        this.ownSteps = own.steps().stream().collect(Collectors.toMap(SchemaStep::id, Function.identity()));
        this.target = target;
        this.notes = new ArrayList<>(own.notCarried());
        Set<String> known = new HashSet<>(all);
        known.addAll(ownSteps.keySet());
        this.names = new DumpedNames(known);
    }

    SchemaPlan plan(String text) {
        List<String> commands = new ArrayList<>();
        List<DumpedEntry> entries = DumpedEntry.read(text, commands);
        lines.addAll(commands);
        boolean isLate = false;
        for (DumpedEntry entry : entries) {
            isLate |= LATE.contains(entry.type());
            if (isWanted(entry)) {
                add(entry, isLate);
            }
        }
        own.steps(SchemaStage.BEFORE_COPY).stream()
                .filter(step -> step.id().startsWith(ObjectKind.USER_MAPPING.label() + " "))
                .forEach(steps::add);
        steps.addAll(own.steps(SchemaStage.BEFORE_CUTOVER));
        steps.addAll(own.steps(SchemaStage.AT_CUTOVER));
        List<String> remarks = lines.isEmpty()
                ? List.of()
                : List.of("lines of pg_dump that only psql or another version understands were left out: "
                        + String.join(", ", lines));
        return new SchemaPlan(steps, notes, Map.of(), remarks);
    }

    private boolean isWanted(DumpedEntry entry) {
        if (OURS.contains(entry.type()) || belongsToDropped(entry)) {
            return false;
        }
        Optional<String> label = names.find(entry);
        if (label.isPresent() && !ownSteps.containsKey(label.get())) {
            dropped.add(entry);
            return false;
        }
        if (entry.type().equals("COMMENT") && entry.name().startsWith("EXTENSION ")) {
            String extension = entry.name().substring("EXTENSION ".length());
            if (target.foreignExtensions().contains(extension)) {
                lines.add("COMMENT ON EXTENSION " + extension + " (another role's on the target)");
                return false;
            }
        }
        return true;
    }

    /** Comments on, and grants of, what is left out. */
    private boolean belongsToDropped(DumpedEntry entry) {
        if (!entry.type().equals("COMMENT") && !entry.type().equals("ACL")) {
            return false;
        }
        int on = entry.name().lastIndexOf(" ON ");
        int kind = entry.name().indexOf(' ');
        String turned = on < 0 || kind > on
                ? ""
                : entry.name().substring(on + 4) + " " + entry.name().substring(kind + 1, on);
        return dropped.stream()
                .filter(object -> object.schema().equals(entry.schema()))
                .anyMatch(object -> entry.name().endsWith(" " + object.name())
                        || entry.name().startsWith("COLUMN " + object.name() + ".")
                        || turned.equals(object.name())
                        || (on >= 0 && entry.name().substring(on + 4).equals(object.name())));
    }

    private void add(DumpedEntry entry, boolean isLate) {
        @Nullable SchemaStep same = names.find(entry).map(ownSteps::get).orElse(null);
        SchemaStage stage = SchemaStage.BEFORE_COPY;
        if (isLate) {
            stage = same != null && STAGED.contains(entry.type()) && !isView(entry)
                    ? same.stage()
                    : SchemaStage.AFTER_COPY;
        }
        @Nullable TableName table = stage == SchemaStage.AFTER_TABLE_COPY && same != null ? same.tableOrNull() : null;
        String id = same == null || ids.contains(same.id()) ? entry.label() : same.id();
        List<String> statements = statements(entry, same);
        if (statements.isEmpty()) {
            return;
        }
        String settings = settings(entry);
        if (entry.isRoutine()) {
            for (int i = 0; i < statements.size(); i++) {
                String part = i == 0 ? id : "addition to " + id;
                steps.add(new SchemaStep(unique(part), stage, table, settings + statements.get(i)));
            }
        } else {
            steps.add(new SchemaStep(unique(id), stage, table, settings + String.join(";\n", statements) + ";"));
        }
    }

    private static boolean isView(DumpedEntry entry) {
        return entry.type().equals("RULE") && entry.name().endsWith(" _RETURN");
    }

    private String unique(String id) {
        String candidate = id;
        for (int number = 2; !ids.add(candidate); number++) {
            candidate = id + " (" + number + ")";
        }
        return candidate;
    }

    private List<String> statements(DumpedEntry entry, @Nullable SchemaStep same) {
        if (entry.type().equals("EXTENSION") && same != null) {
            // In the source's version, if the target has it.
            return List.of(withoutEnd(same.sql()));
        }
        List<String> statements = new ArrayList<>();
        if (entry.type().equals("FK CONSTRAINT") && same != null) {
            ConstraintReader.locks(same.sql()).ifPresent(statements::add);
        }
        for (String sql : entry.statements()) {
            Optional<String> stranger = stranger(entry, sql);
            if (stranger.isPresent()) {
                notes.add(entry.label() + ": " + sql.lines().findFirst().orElse("") + ": the target has no role "
                        + stranger.get());
            } else if (!FIRING.matcher(sql).matches() || !LATE.contains(entry.type())) {
                statements.add(
                        entry.type().equals("SCHEMA")
                                ? sql.replaceFirst("^CREATE SCHEMA (?!IF )", "CREATE SCHEMA IF NOT EXISTS ")
                                : sql);
            }
            Matcher created = EVENT_TRIGGER.matcher(sql);
            if (created.matches()) {
                // Until the cutover, which enables it.
                statements.add("ALTER EVENT TRIGGER " + created.group(1) + " DISABLE");
            }
        }
        return statements;
    }

    /** A role that an owner's or a grant's statement names and the target does not have. */
    private Optional<String> stranger(DumpedEntry entry, String sql) {
        boolean namesRoles = entry.type().endsWith("ACL") || sql.matches("(?s)ALTER .* OWNER TO [^;]*");
        if (!namesRoles) {
            return Optional.empty();
        }
        Matcher role = ROLE.matcher(sql);
        while (role.find()) {
            String name = role.group(1);
            String bare =
                    name.startsWith("\"") ? name.substring(1, name.length() - 1).replace("\"\"", "\"") : name;
            if (!name.equals("PUBLIC") && !target.roles().contains(bare)) {
                return Optional.of(name);
            }
        }
        return Optional.empty();
    }

    private static String withoutEnd(String sql) {
        String text = sql.strip();
        return text.endsWith(";") ? text.substring(0, text.length() - 1) : text;
    }

    private String settings(DumpedEntry entry) {
        StringBuilder text = new StringBuilder();
        Map<String, String> sorted = new TreeMap<>(entry.settings());
        sorted.forEach((name, sql) -> {
            if (!target.settings().contains(name)) {
                lines.add(sql);
            } else if (!SESSION.contains(name)) {
                text.append(ScriptPreparer.setting(sql)).append(";\n");
            }
        });
        return text.toString();
    }
}
