package dev.godwit.schema;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How {@link SchemaPreparers#pgDump(PgDumpOptions)} runs pg_dump. Defaults: the program is looked for, {@code owners = false},
 * {@code privileges = false}, {@code timeout = 10 minutes}, {@code lockTimeout = 1 minute}, nothing else in the environment.
 *
 * <p>Immutable; safe for use by any thread.
 */
public final class PgDumpOptions {

    private final @Nullable Path program;
    private final boolean owners;
    private final boolean privileges;
    private final Duration timeout;
    private final Duration lockTimeout;
    private final Map<String, String> environment;

    private PgDumpOptions(Builder builder) {
        this.program = builder.program;
        this.owners = builder.owners;
        this.privileges = builder.privileges;
        this.timeout = builder.timeout;
        this.lockTimeout = builder.lockTimeout;
        this.environment = Collections.unmodifiableMap(new TreeMap<>(builder.environment));
    }

    /**
     * Starts from the defaults.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Gives the defaults.
     *
     * @return options with nothing asked for
     */
    public static PgDumpOptions defaults() {
        return new Builder().build();
    }

    /**
     * Gives the program, or the directory that it is in.
     *
     * @return empty if it is looked for
     */
    public Optional<Path> program() {
        return Optional.ofNullable(program);
    }

    /**
     * Tells whether objects get the owners that they have at the source.
     *
     * @return by default false: everything belongs to the role that prepares the target, as with {@code pg_dump --no-owner}
     */
    public boolean owners() {
        return owners;
    }

    /**
     * Tells whether grants are carried.
     *
     * @return by default false, as with {@code pg_dump --no-privileges}
     */
    public boolean privileges() {
        return privileges;
    }

    /**
     * Gives how long pg_dump may take.
     *
     * @return by default 10 minutes
     */
    public Duration timeout() {
        return timeout;
    }

    /**
     * Gives how long pg_dump waits for its locks, ACCESS SHARE on all tables that are migrated.
     *
     * @return by default a minute
     */
    public Duration lockTimeout() {
        return lockTimeout;
    }

    /**
     * Gives what is set in pg_dump's environment besides what follows from the source's login.
     *
     * @return by the variable's name; may hold secrets
     */
    public Map<String, String> environment() {
        return environment;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof PgDumpOptions options && values().equals(options.values());
    }

    @Override
    public int hashCode() {
        return values().hashCode();
    }

    private List<Object> values() {
        return List.of(program(), owners, privileges, timeout, lockTimeout, environment);
    }

    /** Gives the options without the values of the environment. */
    @Override
    public String toString() {
        return "PgDumpOptions[program=" + program + ", owners=" + owners + ", privileges=" + privileges + ", timeout="
                + timeout + ", lockTimeout=" + lockTimeout + ", environment=" + environment.keySet() + "]";
    }

    /** Builds {@link PgDumpOptions}. Not thread-safe. */
    public static final class Builder {
        private static final Duration LONGEST = Duration.ofDays(365);

        /** pg_dump takes milliseconds that fit into 32 bits. */
        private static final Duration LONGEST_FOR_LOCKS = Duration.ofDays(24);

        private final Map<String, String> environment = new TreeMap<>();
        private @Nullable Path program;
        private boolean owners;
        private boolean privileges;
        private Duration timeout = Duration.ofMinutes(10);
        private Duration lockTimeout = Duration.ofMinutes(1);

        private Builder() {}

        /**
         * Names the program instead of having it looked for.
         *
         * @param path pg_dump itself, or the directory that it is in; of the source's major version or a later one
         * @return this builder
         */
        public Builder program(Path path) {
            this.program = path;
            return this;
        }

        /**
         * Gives objects the owners that they have at the source. Those whose role the target lacks are reported and belong to the role
         * that prepares the target.
         *
         * @param carried default false
         * @return this builder
         */
        public Builder owners(boolean carried) {
            this.owners = carried;
            return this;
        }

        /**
         * Carries grants and default privileges. Those that name a role that the target lacks are reported and left out.
         *
         * @param carried default false
         * @return this builder
         */
        public Builder privileges(boolean carried) {
            this.privileges = carried;
            return this;
        }

        /**
         * Sets how long pg_dump may take, whose end is awaited; after that it is killed and the phase fails.
         *
         * @param timeout default 10 minutes; at least a second, at most 365 days
         * @return this builder
         */
        public Builder timeout(Duration timeout) {
            this.timeout = timeout;
            return this;
        }

        /**
         * Sets how long pg_dump waits for its locks; it conflicts with who has a table locked ACCESS EXCLUSIVE, and with nobody else.
         *
         * @param lockTimeout default a minute; at least a millisecond, at most 24 days
         * @return this builder
         */
        public Builder lockTimeout(Duration lockTimeout) {
            this.lockTimeout = lockTimeout;
            return this;
        }

        /**
         * Sets a variable in pg_dump's environment, such as {@code PGSSLKEY}, in place of what follows from the source's login. No
         * variable of Godwit's own process whose name begins with {@code PG} is passed on, but {@code PGPASSFILE} is.
         *
         * @param name the variable's name
         * @param value its value; never shown
         * @return this builder
         * @see <a href="https://www.postgresql.org/docs/current/libpq-envars.html">PostgreSQL manual: Environment Variables</a>
         */
        public Builder environment(String name, String value) {
            environment.put(name, value);
            return this;
        }

        /**
         * Makes the options.
         *
         * @return the options
         * @throws IllegalArgumentException naming everything that is wrong with them
         */
        public PgDumpOptions build() {
            List<String> problems = new ArrayList<>();
            if (timeout.compareTo(Duration.ofSeconds(1)) < 0 || timeout.compareTo(LONGEST) > 0) {
                problems.add("timeout must be a second to 365 days, not " + timeout);
            }
            if (lockTimeout.compareTo(Duration.ofMillis(1)) < 0 || lockTimeout.compareTo(LONGEST_FOR_LOCKS) > 0) {
                problems.add("lockTimeout must be a millisecond to 24 days, not " + lockTimeout);
            }
            environment.keySet().stream()
                    .filter(name -> name.isEmpty() || name.contains("=") || name.indexOf('\0') >= 0)
                    .forEach(name -> problems.add("environment: no variable can be named '" + name + "'"));
            if (!problems.isEmpty()) {
                throw new IllegalArgumentException("PgDumpOptions: " + String.join("; ", problems));
            }
            return new PgDumpOptions(this);
        }
    }
}
