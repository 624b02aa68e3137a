package org.livemigrate.cli.console;

import picocli.CommandLine.IVersionProvider;

/** The version from the jar's manifest. */
public final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
        String version = Version.class.getPackage().getImplementationVersion();
        return new String[] {"live-migrate " + (version == null ? "(built from a checkout)" : version)};
    }
}
