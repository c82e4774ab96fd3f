package dev.godwit.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@PostgresTest(version = "15")
@FromDump("dumps/shop.sql")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class DatabaseDumpIT {
    @TempDir
    private Path directory;

    @Test
    @Order(1)
    void holdsWhatIsInTheDump(PostgresServer server) {
        assertThat(server.query("app", "SELECT concat_ws('|', id, name, note) FROM shop.customers ORDER BY id"))
                .containsExactly("1|Ann; née Müller", "2|Bob \\.|a\tb", "3|日本|");
        assertThat(server.query("app", "SELECT \"odd;name\" FROM shop.orders ORDER BY id"))
                .containsExactly("a ';' b", "two\nlines; in it");
        assertThat(server.query("app", "SELECT shop.total(1) || ' ' || nextval('shop.orders_id_seq')"))
                .containsExactly("12.50 3");
        assertThat(server.query("app", "SELECT nspowner::regrole FROM pg_namespace WHERE nspname = 'shop'"))
                .containsExactly("\"Shop Keeper\"");
        assertThat(server.query("app", "SELECT pubname FROM pg_publication")).containsExactly("shop_changes");
        assertThat(server.query("app", "SELECT subname FROM pg_subscription")).isEmpty();
        server.execute("app", "DELETE FROM shop.orders", "CREATE TABLE other (a int)");
    }

    @Test
    @Order(2)
    void isThereAfreshForEachTest(PostgresServer server) {
        assertThat(server.query("app", "SELECT count(*) FROM shop.orders")).containsExactly("2");
        assertThat(server.query("app", "SELECT to_regclass('public.other') IS NULL"))
                .containsExactly("t");
        assertThat(server.query("postgres", "SELECT count(*) FROM pg_database WHERE datname LIKE 'godwit_template%'"))
                .as("restored once")
                .containsExactly("1");
    }

    @Test
    @Order(3)
    void mayBePackedOrInAnotherEncoding(PostgresServer server) throws Exception {
        String sql = Files.readString(Path.of(DatabaseDump.of("dumps/shop.sql").toString()));
        Path packed = directory.resolve("shop.sql.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(packed))) {
            out.write(sql.getBytes(StandardCharsets.UTF_8));
        }
        assertRestoresTheSame(server, packed);
        server.execute("app", "DELETE FROM shop.customers WHERE id = 3");
        Path latin = directory.resolve("latin.sql");
        Files.write(
                latin,
                sql.replace("'UTF8'", "'LATIN1'").replaceAll("3\t日本\t\n", "").getBytes(StandardCharsets.ISO_8859_1));
        assertRestoresTheSame(server, latin);
    }

    @ParameterizedTest
    @CsvSource({"c", "d"})
    @Order(4)
    void mayBeAnArchiveWherePgRestoreIsInstalled(String format, PostgresServer server) throws Exception {
        Path program = Path.of("/usr/lib/postgresql/15/bin/pg_dump");
        Assumptions.assumeTrue(Files.isExecutable(program), "There is no " + program);
        Path archive = directory.resolve("archive");
        Process dump = new ProcessBuilder(
                        program.toString(),
                        "-F" + format,
                        "-f",
                        archive.toString(),
                        "host=127.0.0.1 port=" + server.port() + " user=postgres dbname=app")
                .inheritIO()
                .start();
        assertThat(dump.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(dump.exitValue()).isZero();
        assertRestoresTheSame(server, archive);
    }

    private static void assertRestoresTheSame(PostgresServer server, Path dump) throws SQLException {
        server.dropDatabase("again");
        server.createDatabase("again");
        DatabaseDump.of(dump).restore(server, "again");
        ComparisonReport report = DatabaseComparison.between(server.dataSource("app"), server.dataSource("again"))
                .run();
        assertThat(report.differences()).isEmpty();
        assertThat(report.rows()).isGreaterThanOrEqualTo(4);
        server.dropDatabase("again");
    }

    @Test
    @Order(5)
    void mayBeInAJarButNotADirectoryThere(PostgresServer server) throws Exception {
        Path jar = directory.resolve("dumps.jar");
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(jar))) {
            zip.putNextEntry(new ZipEntry("inside/shop.sql"));
            Files.copy(Path.of(DatabaseDump.of("dumps/shop.sql").toString()), zip);
            zip.putNextEntry(new ZipEntry("inside/archive/"));
        }
        Thread thread = Thread.currentThread();
        ClassLoader usual = thread.getContextClassLoader();
        try (URLClassLoader loader = new URLClassLoader(new URL[] {jar.toUri().toURL()}, usual)) {
            thread.setContextClassLoader(loader);
            DatabaseDump dump = DatabaseDump.of("inside/shop.sql");
            server.createDatabase("jar");
            dump.restore(server, "jar");
            assertThat(server.query("jar", "SELECT count(*) FROM shop.orders")).containsExactly("2");
            assertThat(DatabaseDump.of("inside/shop.sql"))
                    .as("one copy, and so one template")
                    .hasToString(dump.toString());
            assertThatThrownBy(() -> DatabaseDump.of("inside/archive"))
                    .isInstanceOf(TestkitException.class)
                    .hasMessageContaining("is a directory in a jar");
            server.dropDatabase("jar");
        } finally {
            thread.setContextClassLoader(usual);
        }
    }

    @Test
    @Order(6)
    void saysWhatCannotBeRestoredWithoutShowingRows(PostgresServer server) throws IOException {
        assertFails(server, "CREATE TABLE t (a int);\nCOPY t (a) FROM stdin;\nsecret\n\\.\n")
                .hasMessageContaining("line 4, COPY t …, fails with SQLSTATE 22P02")
                .hasMessageNotContaining("secret")
                .hasNoCause();
        assertFails(server, "INSERT INTO t VALUES ('secret');\n")
                .hasMessageContaining("line 1, INSERT INTO t VALUES …, fails")
                .hasMessageNotContaining("secret");
        assertFails(server, "\\connect other\n").hasMessageContaining("without -C");
        assertFails(server, "CREATE TABLE u (a int").hasMessageContaining("not whole");
        assertFails(server, "CREATE TABLE v (a int);\nCOPY v (a) FROM stdin;\n1\n")
                .hasMessageContaining("ends within the rows of line 2");
        assertFails(server, "CREATE EXTENSION nothing_like_it;\n").hasMessageContaining("container image that has it");
        assertThatThrownBy(() -> DatabaseDump.of("nowhere.sql")).hasMessageContaining("There is no dump nowhere.sql");
    }

    private org.assertj.core.api.AbstractThrowableAssert<?, ?> assertFails(PostgresServer server, String sql)
            throws IOException {
        Path dump = Files.writeString(directory.resolve("broken.sql"), sql);
        return assertThatThrownBy(() -> DatabaseDump.of(dump).restore(server, "app"))
                .isInstanceOf(TestkitException.class);
    }
}
