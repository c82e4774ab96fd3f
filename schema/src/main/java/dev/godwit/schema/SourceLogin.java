package dev.godwit.schema;

import java.sql.SQLException;
import java.util.Properties;

/**
 * How a session on the source is opened, for what does not go through the JDBC driver, as {@link SchemaPreparers#pgDump()} does. Called
 * by the thread that plans.
 */
@FunctionalInterface
public interface SourceLogin {

    /**
     * Gives what the driver is given to connect, secrets among it; asked anew for each program that is started.
     *
     * @return properties of PostgreSQL's JDBC driver, {@code PGHOST}, {@code PGPORT} and {@code PGDBNAME} among them, as {@code
     *     org.postgresql.Driver.parseURL} gives them
     * @throws SQLException if the credentials cannot be looked up
     */
    Properties lookup() throws SQLException;
}
