package dev.godwit.schema;

/**
 * A trigger that a user made, with the state that decides when it fires.
 *
 * @param table the table
 * @param name the trigger's name
 * @param state when it fires
 */
public record Trigger(TableName table, String name, State state) {

    /** When a trigger fires, by {@code session_replication_role}. */
    public enum State {
        /** In roles origin and local. */
        ORIGIN("ENABLE"),
        /** Never. */
        DISABLED("DISABLE"),
        /** In role replica only. */
        REPLICA("ENABLE REPLICA"),
        /** In every role. */
        ALWAYS("ENABLE ALWAYS");

        private final String sql;

        State(String sql) {
            this.sql = sql;
        }

        static State of(String tgenabled) {
            return switch (tgenabled) {
                case "O" -> ORIGIN;
                case "D" -> DISABLED;
                case "R" -> REPLICA;
                case "A" -> ALWAYS;
                default -> throw new IllegalArgumentException("Unknown trigger state " + tgenabled);
            };
        }

        String sql() {
            return sql;
        }
    }

    /**
     * Tells whether it would fire for changes that are applied under {@code session_replication_role = replica}.
     *
     * @return true if it must be disabled while changes are applied
     */
    public boolean firesInReplicaRole() {
        return state == State.REPLICA || state == State.ALWAYS;
    }

    /**
     * Gives the statement that disables it, on this table only and not on its partitions.
     *
     * @return one statement without a semicolon
     */
    public String disableSql() {
        return alter(State.DISABLED);
    }

    /**
     * Gives the statement that gives it the state it has in this model, on this table only.
     *
     * @return one statement without a semicolon
     */
    public String restoreSql() {
        return alter(state);
    }

    private String alter(State wanted) {
        return "ALTER TABLE ONLY " + table.quoted() + " " + wanted.sql() + " TRIGGER " + TableName.quote(name);
    }
}
