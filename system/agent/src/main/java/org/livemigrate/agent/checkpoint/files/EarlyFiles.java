package org.livemigrate.agent.checkpoint.files;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

/**
 * What of a tree was carried while the container still ran, each file as the kernel described it then. One that it describes
 * in the same way when the container stands still is the same file with the same content; see {@link FileCarrier} for what
 * must hold for that.
 */
public final class EarlyFiles {

    static final EarlyFiles NONE = new EarlyFiles(Map.of());

    private static final String DIRECTORY = "d";

    private static final Path ROOT = Path.of("");

    /** @param changedNanos when its content or its attributes last did (stat(2), st_ctime), since the epoch */
    record Seen(boolean directory, long inode, long bytes, long changedNanos) {

        /** Like no file that there is. */
        Seen distrusted() {
            return new Seen(directory, inode, -1, changedNanos);
        }

        static Seen of(Path file) throws IOException {
            Map<String, Object> now =
                    Files.readAttributes(file, "unix:isDirectory,ino,size,ctime", LinkOption.NOFOLLOW_LINKS);
            return new Seen(
                    (Boolean) now.get("isDirectory"),
                    (Long) now.get("ino"),
                    (Long) now.get("size"),
                    ((FileTime) now.get("ctime")).to(TimeUnit.NANOSECONDS));
        }
    }

    private final Map<Path, Seen> files;

    private EarlyFiles(Map<Path, Seen> files) {
        this.files = files;
    }

    static EarlyFiles empty() {
        return new EarlyFiles(new LinkedHashMap<>());
    }

    /**
     * To be called before the content is read.
     *
     * @param seen of the file
     * @param top of the tree, of which the directories on the way are noted too
     */
    void note(Path name, Seen seen, Path top) throws IOException {
        for (int parts = 0; parts < name.getNameCount(); parts++) {
            Path directory = parts == 0 ? ROOT : name.subpath(0, parts);
            if (!files.containsKey(directory)) {
                files.put(directory, Seen.of(top.resolve(directory)));
            }
        }
        files.put(name, seen);
    }

    /** Leaves out what is not there any more. */
    void keepWhatExists(Path top) {
        files.keySet().removeIf(name -> !Files.exists(top.resolve(name), LinkOption.NOFOLLOW_LINKS));
    }

    int size() {
        return files.size();
    }

    Iterable<Path> names() {
        return files.keySet();
    }

    /**
     * To be called after the content was read: a directory that is not as it was may have been another, or a link, meanwhile.
     * What was read below such a one counts as changed. It must go all the same where it has gone.
     *
     * @param top of the tree
     */
    void distrustWhatMoved(Path top) throws IOException {
        Set<Path> same = new HashSet<>();
        for (Map.Entry<Path, Seen> noted : files.entrySet()) {
            Path name = noted.getKey();
            Path parent = name.getParent() == null ? ROOT : name.getParent();
            boolean trusted = name.equals(ROOT) || same.contains(parent);
            if (noted.getValue().directory()) {
                if (trusted && noted.getValue().equals(seenNow(top.resolve(name)))) {
                    same.add(name);
                }
            } else if (!trusted) {
                noted.setValue(noted.getValue().distrusted());
            }
        }
    }

    private static Seen seenNow(Path file) throws IOException {
        try {
            return Seen.of(file);
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    /** Whether this file was carried as it stands now. */
    boolean has(Path name, Path file) throws IOException {
        Seen then = files.get(name);
        return then != null && !then.directory() && then.equals(Seen.of(file));
    }

    /** @param to is told each name, and whether it was a directory */
    void each(BiConsumer<Path, Boolean> to) {
        files.forEach((name, seen) -> to.accept(name, seen.directory()));
    }

    void write(Path list) throws IOException {
        try (BufferedWriter out = Files.newBufferedWriter(list, StandardCharsets.US_ASCII)) {
            for (Map.Entry<Path, Seen> file : files.entrySet()) {
                Seen seen = file.getValue();
                out.write((seen.directory() ? DIRECTORY : "f") + " " + seen.inode() + " " + seen.bytes() + " "
                        + seen.changedNanos() + " " + FileNames.encode(file.getKey()) + "\n");
            }
        }
    }

    /** @throws IOException also when the list is not what {@link #write} makes */
    static EarlyFiles read(Path list) throws IOException {
        EarlyFiles early = empty();
        try (BufferedReader in = Files.newBufferedReader(list, StandardCharsets.US_ASCII)) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                String[] words = line.split(" ", -1);
                if (words.length != 5) {
                    throw new IOException(list + " holds a line of " + words.length + " words where five should be");
                }
                early.files.put(
                        FileNames.decode(words[4]),
                        new Seen(
                                words[0].equals(DIRECTORY),
                                Long.parseLong(words[1]),
                                Long.parseLong(words[2]),
                                Long.parseLong(words[3])));
            }
        } catch (IllegalArgumentException e) {
            throw new IOException(list + " is damaged: " + e.getMessage(), e);
        }
        return early;
    }
}
