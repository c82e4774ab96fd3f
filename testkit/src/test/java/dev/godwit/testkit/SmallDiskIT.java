package dev.godwit.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SmallDiskIT {
    @Test
    void isUnmountedAlsoWhereItsServerIsGone() throws Exception {
        Set<String> before = TemporaryFiles.present();
        PostgresServer server =
                PostgresServer.builder("17").servers(ServerKind.EMBEDDED).start();
        try {
            server.createDatabase("app");
            SmallDisk disk = SmallDisk.mount(server, "app", 24);
            assertThat(disk.free()).isLessThan(24 << 20);
            server.close();
            assertThatThrownBy(disk::close).hasMessageContaining("is closed");
        } finally {
            server.close();
        }
        assertThat(Files.readString(Path.of("/proc/mounts")))
                .doesNotContain("godwit-small-disk-p" + ProcessHandle.current().pid());
        assertThat(TemporaryFiles.present()).isEqualTo(before);
    }
}
