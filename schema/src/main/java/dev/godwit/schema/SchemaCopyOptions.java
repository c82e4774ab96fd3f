package dev.godwit.schema;

/**
 * What {@link SchemaPreparers#fromCatalog(SchemaCopyOptions)} carries beyond what it carries anyway. By default nothing:
 * {@code userMappingSecrets = false}.
 *
 * <p>Immutable; safe for use by any thread.
 */
public final class SchemaCopyOptions {

    private final boolean userMappingSecrets;

    private SchemaCopyOptions(Builder builder) {
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
     * Tells whether all options of user mappings are carried, passwords among them.
     *
     * @return by default false: the options {@code user}, {@code username} and {@code password_required} only
     */
    public boolean userMappingSecrets() {
        return userMappingSecrets;
    }

    /** Builds {@link SchemaCopyOptions}. Not thread-safe. */
    public static final class Builder {
        private boolean userMappingSecrets;

        private Builder() {}

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
