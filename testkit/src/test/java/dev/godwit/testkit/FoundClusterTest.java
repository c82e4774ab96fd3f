package dev.godwit.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FoundClusterTest {
    @TempDir
    private Path directory;

    private void write(String file, String text) throws IOException {
        Path path = directory.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }

    private AbstractThrowableAssert<?, ?> assertRefused() throws IOException {
        List<Path> before = files();
        AbstractThrowableAssert<?, ?> refused = assertThatThrownBy(() -> PostgresServer.builder("17")
                        .servers(ServerKind.EMBEDDED)
                        .directory(directory)
                        .start())
                .isInstanceOf(TestkitException.class);
        assertThat(files()).isEqualTo(before);
        return refused;
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            return all.sorted().toList();
        }
    }

    @Test
    void takesOneThatTheTestkitMadeAndNone() throws IOException {
        FoundCluster.requireUsable(directory, "17", List.of("-E", "LATIN1"));
        FoundCluster.requireUsable(directory.resolve("new"), "17", List.of());
        write("data/PG_VERSION", "17\n");
        write("data/postgresql.conf", "#port = 5432\n\ninclude 'testkit.conf'\n");
        write("data/postmaster.pid", Long.MAX_VALUE / 10 + "\n/data\n");
        FoundCluster.requireUsable(directory, "17", List.of());
    }

    @Test
    void refusesOneOfOthers() throws IOException {
        write("data/PG_VERSION", "17\n");
        assertRefused().hasMessageContaining("was not made by the testkit");
        write("data/postgresql.conf", "port = 5432\n# include 'testkit.conf'\n");
        assertRefused().hasMessageContaining("was not made by the testkit").hasMessageContaining("DatabaseDump");
    }

    @Test
    void refusesADataDirectoryItself() throws IOException {
        write("PG_VERSION", "17\n");
        assertRefused().hasMessageContaining(directory + " is a data directory itself");
    }

    @Test
    void refusesAnotherVersionAndWhatCannotBeChangedAnyMore() throws IOException {
        write("data/PG_VERSION", "9.6\n");
        write("data/postgresql.conf", "include 'testkit.conf'");
        assertRefused().hasMessageContaining("is of PostgreSQL 9.6, not 17: start it with builder(\"9.6\")");
        assertThatThrownBy(() -> FoundCluster.requireUsable(directory, "9.6", List.of("-E", "LATIN1")))
                .hasMessageContaining("initdbArguments(-E LATIN1) cannot change");
    }

    @Test
    void refusesThePackedDataOfAContainer() throws IOException {
        write("data.tar", "");
        write("postgres.log", "");
        assertRefused().hasMessageContaining("a server in a container").hasMessageContaining("unpack it");
    }
}
