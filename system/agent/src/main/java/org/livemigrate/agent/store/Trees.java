package org.livemigrate.agent.store;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Files with all that is below them; never through a symbolic link. What goes meanwhile is no error. */
public final class Trees {

    private Trees() {}

    /** What is done to a directory, before what is below it, or to a file. */
    @FunctionalInterface
    public interface Visit {
        /** @return whether to go on */
        boolean at(Path path, BasicFileAttributes attributes) throws IOException;
    }

    public static void walk(Path directory, Visit visit) throws IOException {
        Files.walkFileTree(directory, new Patient() {
            @Override
            public FileVisitResult preVisitDirectory(Path entered, BasicFileAttributes attributes) throws IOException {
                return visitFile(entered, attributes);
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                try {
                    return visit.at(file, attributes) ? FileVisitResult.CONTINUE : FileVisitResult.TERMINATE;
                } catch (NoSuchFileException e) {
                    return FileVisitResult.CONTINUE;
                }
            }
        });
    }

    /** What is in a directory, in order; the directory must be there. Unlike {@link Files#list} it fails as it says. */
    public static List<Path> list(Path directory) throws IOException {
        List<Path> all = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            entries.forEach(all::add);
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        all.sort(Comparator.naturalOrder());
        return all;
    }

    /** The regular files below a directory, in order; the directory must be there. */
    public static List<Path> files(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            throw new NoSuchFileException(directory.toString());
        }
        List<Path> all = new ArrayList<>();
        walk(directory, (path, attributes) -> !attributes.isRegularFile() || all.add(path));
        all.sort(Comparator.naturalOrder());
        return all;
    }

    /** Deletes what is in a directory, and not the directory. */
    public static void empty(Path directory) throws IOException {
        for (Path entry : list(directory)) {
            delete(entry);
        }
    }

    /** Nothing there is no error. */
    public static void delete(Path directory) throws IOException {
        Files.walkFileTree(directory, new Patient() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.deleteIfExists(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path gone, IOException e) throws IOException {
                Files.deleteIfExists(gone);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private static class Patient extends SimpleFileVisitor<Path> {
        @Override
        public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
            if (e instanceof NoSuchFileException) {
                return FileVisitResult.CONTINUE;
            }
            throw e;
        }
    }
}
