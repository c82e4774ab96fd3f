package dev.godwit.schema;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What {@link SchemaPreparers#fromCatalog(SchemaCopyOptions)} carries beyond what it carries anyway. By default nothing:
 * {@code owners = false}, {@code privileges = false}, {@code securityLabels = false}, {@code tablespaces = false},
 * {@code userMappingSecrets = false}. That is what {@code pg_dump --no-owner --no-privileges --no-security-labels --no-tablespaces} leaves.
 *
 * <p>Roles and tablespaces belong to a server, not to a database, and have to be there. What is left out because the target lacks one of
 * them, or its role may not use it, is told in {@link SchemaPlan#notCarried}, and so by the preflight.
 *
 * <p>Immutable; safe for use by any thread.
 */
public final class SchemaCopyOptions {

    private final boolean owners;
    private final boolean privileges;
    private final boolean securityLabels;
    private final boolean tablespaces;
    private final boolean userMappingSecrets;

    private SchemaCopyOptions(Builder builder) {
        this.owners = builder.owners;
        this.privileges = builder.privileges;
        this.securityLabels = builder.securityLabels;
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
     * Tells whether each object gets the owner that it has on the source.
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
     * Tells whether security labels are carried.
     *
     * @return by default false
     */
    public boolean securityLabels() {
        return securityLabels;
    }

    /**
     * Tells whether tables, indexes and materialized views are made in the tablespaces that they are in on the source.
     *
     * @return by default false: everything is in the tablespace where the target puts what names none
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

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof SchemaCopyOptions options && values().equals(options.values());
    }

    @Override
    public int hashCode() {
        return values().hashCode();
    }

    private List<Boolean> values() {
        return List.of(owners, privileges, securityLabels, tablespaces, userMappingSecrets);
    }

    /** Builds {@link SchemaCopyOptions}. Not thread-safe. */
    public static final class Builder {
        private boolean owners;
        private boolean privileges;
        private boolean securityLabels;
        private boolean tablespaces;
        private boolean userMappingSecrets;

        private Builder() {}

        /**
         * Gives each object, once the rows are in, the owner that it has on the source. The target's role has to be a superuser, or a
         * member of the owners, and these need CREATE on the object's schema there; the preflight names those who lack it.
         *
         * @param carried default false
         * @return this builder
         */
        public Builder owners(boolean carried) {
            this.owners = carried;
            return this;
        }

        /**
         * Grants, once the rows are in, what is granted on the source: on relations and columns, sequences, routines, types, schemas,
         * languages, foreign data wrappers, servers and the database itself; with grant options, in the name of those who granted it.
         * Of what comes with the server or an extension only the difference to what it came with, and for most of that the target's role
         * has to be a superuser: else it is told and left out. Default privileges follow. What an owner
         * may do goes with the ownership. Large objects are among it, all in the name of their owner.
         *
         * @param carried default false
         * @return this builder
         */
        public Builder privileges(boolean carried) {
            this.privileges = carried;
            return this;
        }

        /**
         * Repeats security labels. The target has to have loaded their providers.
         *
         * @param carried default false
         * @return this builder
         */
        public Builder securityLabels(boolean carried) {
            this.securityLabels = carried;
            return this;
        }

        /**
         * Makes tables, indexes and materialized views in the tablespaces that they are in on the source. The target has to have
         * tablespaces of these names, in which its role may create.
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
