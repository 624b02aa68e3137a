package org.livemigrate.agent.runtime;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;

/** A script that the agent brings along, beside a class of its. */
public final class OwnProgram {

    private OwnProgram() {}

    /**
     * Puts it in place, for its owner alone, whatever stood there before.
     *
     * @param beside the class beside which it lies
     * @param resource its name there
     * @param program where to put it, in a directory that is there
     * @return where it is
     */
    public static Path put(Class<?> beside, String resource, Path program) throws IOException {
        Path part = program.resolveSibling(program.getFileName() + ".part");
        try (InputStream content = beside.getResourceAsStream(resource)) {
            Files.copy(content, part, StandardCopyOption.REPLACE_EXISTING);
        }
        Files.setPosixFilePermissions(part, PosixFilePermissions.fromString("rwx------"));
        // a rename, since an earlier life's may still be read by its interpreter
        return Files.move(part, program, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
