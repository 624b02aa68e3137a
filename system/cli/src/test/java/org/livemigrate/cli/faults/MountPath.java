package org.livemigrate.cli.faults;

import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.Arrays;

/** A path on a {@link Mount}: names between slashes. */
record MountPath(FileSystem files, String text) implements Path {

    @Override
    public FileSystem getFileSystem() {
        return files;
    }

    @Override
    public boolean isAbsolute() {
        return text.startsWith("/");
    }

    @Override
    public Path getRoot() {
        return isAbsolute() ? new MountPath(files, "/") : null;
    }

    private String[] names() {
        return Arrays.stream(text.split("/", -1))
                .filter(name -> !name.isEmpty())
                .toArray(String[]::new);
    }

    @Override
    public Path getFileName() {
        return new MountPath(files, text.substring(text.lastIndexOf('/') + 1));
    }

    @Override
    public Path getParent() {
        int slash = text.lastIndexOf('/');
        return slash < 0 ? null : new MountPath(files, slash == 0 ? "/" : text.substring(0, slash));
    }

    @Override
    public int getNameCount() {
        return names().length;
    }

    @Override
    public Path getName(int index) {
        return new MountPath(files, names()[index]);
    }

    @Override
    public Path subpath(int begin, int end) {
        return new MountPath(files, String.join("/", Arrays.copyOfRange(names(), begin, end)));
    }

    @Override
    public boolean startsWith(Path other) {
        return (text + "/").startsWith(other + "/");
    }

    @Override
    public boolean endsWith(Path other) {
        return ("/" + text).endsWith("/" + other);
    }

    @Override
    public Path normalize() {
        return this;
    }

    @Override
    public Path resolve(Path other) {
        return other.isAbsolute() ? other : new MountPath(files, text.equals("/") ? "/" + other : text + "/" + other);
    }

    @Override
    public Path relativize(Path other) {
        throw new UnsupportedOperationException();
    }

    @Override
    public URI toUri() {
        return URI.create("simulated:" + text);
    }

    @Override
    public Path toAbsolutePath() {
        return this;
    }

    @Override
    public Path toRealPath(LinkOption... options) {
        return this;
    }

    @Override
    public WatchKey register(WatchService service, WatchEvent.Kind<?>[] kinds, WatchEvent.Modifier... modifiers) {
        throw new UnsupportedOperationException();
    }

    @Override
    public int compareTo(Path other) {
        return text.compareTo(other.toString());
    }

    @Override
    public String toString() {
        return text;
    }
}
