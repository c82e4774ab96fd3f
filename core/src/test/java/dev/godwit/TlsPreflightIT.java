package dev.godwit;

import static dev.godwit.PreflightTrial.TABLE;
import static dev.godwit.PreflightTrial.assertNothingFound;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.godwit.result.Finding;
import dev.godwit.result.FindingCode;
import dev.godwit.result.PreflightReport;
import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.PostgresPairTest;
import dev.godwit.testkit.PostgresServer;
import java.io.InputStream;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.Key;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the preflight finds of the way to servers that are not on this machine's own loopback address. */
@Tag("B5")
@PostgresPairTest(source = "15", target = "17")
final class TlsPreflightIT {

    @Test
    @Provokes({
        FindingCode.SOURCE_NO_TLS,
        FindingCode.SOURCE_WEAK_TLS,
        FindingCode.TARGET_NO_TLS,
        FindingCode.TARGET_WEAK_TLS
    })
    void findsWaysThatAreNotProtected(PostgresPair pair, @TempDir Path directory) throws Exception {
        String address = ownAddress();
        pair.source().execute("app", TABLE);
        Path certificate = certificate(directory, address);
        for (PostgresServer server : List.of(pair.source(), pair.target())) {
            server.setParameter("listen_addresses", "*");
            server.restart();
            server.hba("host all all 0.0.0.0/0 trust");
        }
        assertThat(codes(pair, address, "sslmode=prefer"))
                .containsExactly(FindingCode.SOURCE_NO_TLS.code(), FindingCode.TARGET_NO_TLS.code());
        for (PostgresServer server : List.of(pair.source(), pair.target())) {
            install(server, certificate, "server.crt");
            install(server, directory.resolve("key.pem"), "server.key");
            server.setParameter("ssl", "on");
            server.reload();
        }
        assertThat(codes(pair, address, "sslmode=disable"))
                .containsExactly(FindingCode.SOURCE_NO_TLS.code(), FindingCode.TARGET_NO_TLS.code());
        for (String mode :
                List.of("sslmode=require", "sslmode=prefer", "sslmode=verify-ca&sslrootcert=" + certificate)) {
            assertThat(codes(pair, address, mode))
                    .as(mode)
                    .containsExactly(FindingCode.SOURCE_WEAK_TLS.code(), FindingCode.TARGET_WEAK_TLS.code());
        }
        assertThat(codes(pair, address, "sslmode=verify-full&sslrootcert=" + certificate))
                .isEmpty();
        assertThat(codes(pair, address, "ssl=true&sslrootcert=" + certificate)).isEmpty();
        assertNothingFound(pair);
    }

    private static List<String> codes(PostgresPair pair, String address, String parameters) {
        PreflightReport report = PreflightTrial.report(
                "jdbc:postgresql://" + address + ":" + pair.source().port() + "/app?" + parameters,
                "jdbc:postgresql://" + address + ":" + pair.target().port() + "/app?" + parameters,
                "postgres");
        return report.findings().stream().map(Finding::code).toList();
    }

    private static String ownAddress() throws Exception {
        Optional<InetAddress> address = NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(known -> known instanceof Inet4Address && !known.isLoopbackAddress())
                .findFirst();
        assumeThat(address)
                .as("an address of this machine beside the loopback one")
                .isPresent();
        return address.orElseThrow().getHostAddress();
    }

    /** The server takes a key that belongs to its user alone. */
    private static void install(PostgresServer server, Path file, String name) throws Exception {
        Path installed = Files.copy(file, server.dataDirectory().resolve(name), StandardCopyOption.REPLACE_EXISTING);
        Files.setPosixFilePermissions(installed, PosixFilePermissions.fromString("rw-------"));
        Files.setOwner(installed, Files.getOwner(server.dataDirectory()));
    }

    /** Makes a certificate for the address, and its key. */
    private static Path certificate(Path directory, String address) throws Exception {
        Path store = directory.resolve("store.p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "server",
                        "-keyalg",
                        "RSA",
                        "-keysize",
                        "2048",
                        "-validity",
                        "2",
                        "-dname",
                        "CN=" + address,
                        "-ext",
                        "san=ip:" + address,
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        store.toString(),
                        "-storepass",
                        "changeit")
                .redirectErrorStream(true)
                .start();
        String output = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(keytool.waitFor()).as(output).isZero();
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, "changeit".toCharArray());
        }
        Key key = keys.getKey("server", "changeit".toCharArray());
        Files.writeString(directory.resolve("key.pem"), pem("PRIVATE KEY", key.getEncoded()));
        Path certificate = directory.resolve("certificate.pem");
        Files.writeString(
                certificate, pem("CERTIFICATE", keys.getCertificate("server").getEncoded()));
        return certificate;
    }

    private static String pem(String kind, byte[] content) {
        return "-----BEGIN " + kind + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content) + "\n-----END " + kind
                + "-----\n";
    }
}
