package dev.godwit.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Whoever has no Micrometer on the class path can use everything but {@link MigrationMeters}. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class WithoutMicrometerTest {
    private static final List<String> NEED_IT =
            List.of("dev.godwit.event.MigrationMeters", "dev.godwit.event.MetersOfOne");

    /** Loads Godwit's classes itself, and nothing of Micrometer. */
    private static final class Without extends ClassLoader {
        Without() {
            super(WithoutMicrometerTest.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (name.startsWith("io.micrometer.")) {
                throw new ClassNotFoundException(name);
            }
            synchronized (getClassLoadingLock(name)) {
                Class<?> loaded = findLoadedClass(name);
                if (loaded != null) {
                    return loaded;
                }
                return name.startsWith("dev.godwit.") ? define(name) : super.loadClass(name, resolve);
            }
        }

        private Class<?> define(String name) throws ClassNotFoundException {
            try (InputStream in = getResourceAsStream(name.replace('.', '/') + ".class")) {
                if (in == null) {
                    throw new ClassNotFoundException(name);
                }
                byte[] bytes = in.readAllBytes();
                return defineClass(name, bytes, 0, bytes.length);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Test
    void everyOtherClassCanBeLoadedAndLinked() throws Exception {
        ClassLoader without = new Without();
        List<String> names = names();
        assertThat(names)
                .contains("dev.godwit.Migration", "dev.godwit.event.ProgressLogger")
                .containsAll(NEED_IT);
        for (String name : names) {
            if (!NEED_IT.contains(name)) {
                Class<?> type = Class.forName(name, true, without);
                assertThat(type.getDeclaredMethods()).isNotNull();
                assertThat(type.getDeclaredConstructors()).isNotNull();
                assertThat(type.getDeclaredFields()).isNotNull();
            }
        }
    }

    @Test
    void theMetersCannot() {
        ClassLoader without = new Without();
        for (String name : NEED_IT) {
            assertThatThrownBy(() -> Class.forName(name, true, without).getDeclaredConstructors())
                    .isInstanceOf(NoClassDefFoundError.class);
        }
    }

    private static List<String> names() throws Exception {
        URI root = MigrationMeters.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI();
        Path classes = Path.of(root);
        try (Stream<Path> files = Files.walk(classes)) {
            return files.map(file -> classes.relativize(file).toString())
                    .filter(file -> file.endsWith(".class") && !file.contains("package-info"))
                    .map(file -> file.substring(0, file.length() - ".class".length())
                            .replace(java.io.File.separatorChar, '.'))
                    .sorted()
                    .toList();
        }
    }
}
