package dev.godwit.schema;

/**
 * What {@link SchemaPreparers#fromCatalog(SchemaCopyOptions)} carries beyond the definitions themselves. By default nothing of it:
 * {@code owners = false}, {@code privileges = false}, {@code tablespaces = false}, {@code userMappingSecrets = false}, as
 * {@code pg_dump --no-owner --no-privileges --no-tablespaces} does.
 *
 * <p>Immutable; safe for use by any thread.
 */
public final class SchemaCopyOptions {

    private final boolean owners;
    private final boolean privileges;
    private final boolean tablespaces;
    private final boolean userMappingSecrets;

    private SchemaCopyOptions(Builder builder) {
        this.owners = builder.owners;
        this.privileges = builder.privileges;
        this.tablespaces = builder.tablespaces;
        this.userMappingSecrets = builder.userMappingSecrets;
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
    public static SchemaCopyOptions defaults() {
        return new Builder().build();
    }

    /**
     * Tells whether objects get the owners that they have on the source.
     *
     * @return by default false: everything belongs to the role that prepares the target
     */
    public boolean owners() {
        return owners;
    }

    /**
     * Tells whether grants and default privileges are carried.
     *
     * @return by default false
     */
    public boolean privileges() {
        return privileges;
    }

    /**
     * Tells whether tables, indexes and materialized views go into tablespaces of the same names.
     *
     * @return by default false: everything is in the target database's own tablespace
     */
    public boolean tablespaces() {
        return tablespaces;
    }

    /**
     * Tells whether all options of user mappings are carried, passwords among them.
     *
     * @return by default false: the options {@code user}, {@code username} and {@code password_required} only
     */
    public boolean userMappingSecrets() {
        return userMappingSecrets;
    }

    /** Builds {@link SchemaCopyOptions}. Not thread-safe. */
    public static final class Builder {
        private boolean owners;
        private boolean privileges;
        private boolean tablespaces;
        private boolean userMappingSecrets;

        private Builder() {}

        /**
         * Carries owners. Needs a role on the target that may give objects away to them; an object whose owner the target lacks is
         * carried without, and reported.
         *
         * @param carried default false
         * @return this builder
         */
        public Builder owners(boolean carried) {
            this.owners = carried;
            return this;
        }

        /**
         * Carries grants, on columns too, and default privileges. What concerns a role that the target lacks is reported.
         *
         * @param carried default false
         * @return this builder
         */
        public Builder privileges(boolean carried) {
            this.privileges = carried;
            return this;
        }

        /**
         * Carries tablespaces. One that the target lacks is reported, and what is in it goes into the database's own.
         *
         * @param carried default false
         * @return this builder
         */
        public Builder tablespaces(boolean carried) {
            this.tablespaces = carried;
            return this;
        }

        /**
         * Carries every option of user mappings, passwords among them. They can be read by a superuser of the source and by those whose
         * mapping it is, and stand in the statements that the target executes, which its log may hold.
         *
         * @param carried default false
         * @return this builder
         */
        public Builder userMappingSecrets(boolean carried) {
            this.userMappingSecrets = carried;
            return this;
        }

        /**
         * Makes the options.
         *
         * @return the options
         */
        public SchemaCopyOptions build() {
            return new SchemaCopyOptions(this);
        }
    }
}
