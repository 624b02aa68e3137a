package org.livemigrate.simulator.trace;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.apache.commons.compress.archivers.ArchiveException;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/** The files behind a path: a directory, a {@code .tar.gz} or {@code .tgz}, a {@code .gz} or a plain file, as they are. */
public final class TraceFiles {
    private static final int BUFFER = 1 << 16;

    private TraceFiles() {}

    /** What is done with one file. */
    @FunctionalInterface
    public interface Reader {
        /**
         * @param name relative to the directory or archive, with {@code /} between parts
         * @param lines the file's lines, with their numbers
         */
        void read(String name, Lines lines) throws IOException;
    }

    /**
     * Reads every file whose relative name is wanted, streaming; directories in the order of names, archives in their
     * own order.
     *
     * @return how many files were read
     * @throws TraceException when the path is missing or an archive is cut short
     */
    public static int read(Path path, Predicate<String> wanted, Reader reader) throws IOException {
        if (!Files.exists(path)) {
            throw TraceException.in(path.toString(), "no such file or directory. Check the path of --trace.");
        }
        if (Files.isDirectory(path)) {
            return readDirectory(path, wanted, reader);
        }
        String name = path.getFileName().toString();
        try (InputStream in = new BufferedInputStream(Files.newInputStream(path), BUFFER)) {
            if (name.endsWith(".tar.gz") || name.endsWith(".tgz")) {
                return readTar(path, new GZIPInputStream(in, BUFFER), wanted, reader);
            }
            if (name.endsWith(".tar")) {
                return readTar(path, in, wanted, reader);
            }
            if (name.endsWith(".gz")) {
                readPacked(name, path, in, reader);
            } else {
                reader.read(name, new Lines(path.toString(), in));
            }
            return 1;
        } catch (EOFException | ZipException | ArchiveException e) {
            throw cut(path, e);
        }
    }

    private static int readDirectory(Path root, Predicate<String> wanted, Reader reader) throws IOException {
        List<Path> files;
        try (Stream<Path> walk = Files.walk(root)) {
            files = walk.filter(Files::isRegularFile).sorted().toList();
        }
        int count = 0;
        for (Path file : files) {
            String name = root.relativize(file).toString().replace('\\', '/');
            if (!wanted.test(name)) {
                continue;
            }
            try (InputStream in = Files.newInputStream(file)) {
                if (name.endsWith(".gz")) {
                    readPacked(name, file, in, reader);
                } else {
                    reader.read(name, new Lines(file.toString(), in));
                }
            } catch (EOFException | ZipException e) {
                throw cut(file, e);
            }
            count++;
        }
        return count;
    }

    private static void readPacked(String name, Path file, InputStream in, Reader reader) throws IOException {
        Lines lines = new Lines(file.toString(), new GZIPInputStream(in, BUFFER));
        try {
            reader.read(name.substring(0, name.length() - 3), lines);
        } catch (EOFException | ZipException e) {
            throw cut(lines, e);
        }
    }

    private static int readTar(Path path, InputStream in, Predicate<String> wanted, Reader reader) throws IOException {
        int count = 0;
        try (TarArchiveInputStream tar = new TarArchiveInputStream(in)) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                if (entry.isFile() && wanted.test(entry.getName())) {
                    Lines lines = new Lines(path + "!" + entry.getName(), tar);
                    try {
                        reader.read(entry.getName(), lines);
                    } catch (TraceException e) {
                        throw e;
                    } catch (IOException e) {
                        throw cut(lines, e);
                    }
                    count++;
                }
            }
        } catch (TraceException e) {
            throw e;
        } catch (IOException e) {
            throw cut(path, e);
        }
        return count;
    }

    private static TraceException cut(Lines lines, IOException e) {
        return TraceException.at(
                lines.file(),
                lines.number() + 1,
                "cannot be unpacked further (" + e.getMessage() + "): the file looks cut in the middle.");
    }

    private static TraceException cut(Path path, IOException e) {
        return TraceException.in(
                path.toString(), "cannot be unpacked to its end (" + e.getMessage() + "). Is the file complete?");
    }
}
