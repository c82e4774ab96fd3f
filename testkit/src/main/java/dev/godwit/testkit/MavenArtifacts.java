package dev.godwit.testkit;

import eu.maveniverse.maven.mima.context.Context;
import eu.maveniverse.maven.mima.context.ContextOverrides;
import eu.maveniverse.maven.mima.context.Runtime;
import eu.maveniverse.maven.mima.context.Runtimes;
import java.nio.file.Path;
import org.eclipse.aether.artifact.DefaultArtifact;
import org.eclipse.aether.resolution.ArtifactRequest;
import org.eclipse.aether.resolution.ArtifactResolutionException;
import org.eclipse.aether.resolution.ArtifactResult;

/**
 * Resolves an artifact as Maven itself would: local repository first, then what {@code settings.xml} says about mirrors, proxies
 * and credentials.
 */
final class MavenArtifacts {
    private MavenArtifacts() {}

    static Path resolve(PostgresBinaries.Pinned pinned) {
        Runtime runtime = Runtimes.INSTANCE.getRuntime();
        ContextOverrides overrides = ContextOverrides.create()
                .withUserSettings(true)
                .checksumPolicy(ContextOverrides.ChecksumPolicy.FAIL)
                .build();
        try (Context context = runtime.create(overrides)) {
            DefaultArtifact artifact =
                    new DefaultArtifact("io.zonky.test.postgres", pinned.artifactId(), "jar", pinned.version());
            ArtifactRequest request = new ArtifactRequest(artifact, context.remoteRepositories(), "testkit");
            ArtifactResult result =
                    context.repositorySystem().resolveArtifact(context.repositorySystemSession(), request);
            return result.getArtifact().getFile().toPath();
        } catch (ArtifactResolutionException e) {
            throw new TestkitException(
                    "Cannot resolve " + pinned.fileName() + " from Maven repositories; without a network name a"
                            + " directory that holds the jar with -D" + PostgresBinaries.DIRECTORIES_PROPERTY,
                    e);
        }
    }
}
