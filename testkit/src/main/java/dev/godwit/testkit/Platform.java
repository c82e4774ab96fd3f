package dev.godwit.testkit;

import java.util.List;
import java.util.Locale;

/** Operating system and processor, in the words of the binaries' artifact names. */
final class Platform {
    private static final String OS = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);

    static final boolean WINDOWS = OS.contains("windows");
    static final boolean LINUX = OS.contains("linux");

    private Platform() {}

    static String current() {
        String arch = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
        String processor = switch (arch) {
            case "amd64", "x86_64" -> "amd64";
            case "aarch64", "arm64" -> "arm64v8";
            default -> arch;
        };
        if (WINDOWS) {
            return "windows-" + processor;
        }
        return (LINUX ? "linux-" : OS.contains("mac") ? "darwin-" : OS + "-") + processor;
    }

    /** The platforms whose programs run on this one, the best first. */
    static List<String> alternatives(String platform) {
        return switch (platform) {
            case "darwin-arm64v8" -> List.of(platform, "darwin-amd64");
            case "windows-arm64v8" -> List.of(platform, "windows-amd64");
            default -> List.of(platform);
        };
    }
}
