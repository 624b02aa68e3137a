package org.livemigrate.cli.faults;

import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.AccessMode;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.attribute.FileStoreAttributeView;
import java.nio.file.attribute.FileTime;
import java.nio.file.spi.FileSystemProvider;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.livemigrate.cli.faults.SharedFiles.Node;

/**
 * {@link SharedFiles} as one process of one host sees them, over a network file system: each operation may take long,
 * fail before or after it was done, find the store full, or end the process; a name that was not there may be believed
 * absent for some seconds (NFS's negative entries, {@code acdirmax}), and a list of names may be as old.
 */
final class Mount extends FileSystemProvider {

    /** What may go wrong at an operation. */
    interface Faults {
        void before(SimProcess process, String operation) throws IOException;

        void after(SimProcess process, String operation) throws IOException;

        /** For how long the client believes what it has seen, in nanoseconds. */
        long cachedNanos();
    }

    private record Listing(List<String> names, long untilNanos) {}

    private final SharedFiles server;
    private final EventLoop loop;
    private final String host;
    private final SimProcess process;
    private final Faults faults;
    private final FileSystem files = new Files();
    private final Map<String, Long> absentUntilNanos = new HashMap<>();
    private final Map<String, Listing> listings = new HashMap<>();

    Mount(SharedFiles server, EventLoop loop, String host, SimProcess process, Faults faults) {
        this.server = server;
        this.loop = loop;
        this.host = host;
        this.process = process;
        this.faults = faults;
    }

    Path root() {
        return new MountPath(files, "/store");
    }

    private interface Deed<T> {
        T done() throws IOException;
    }

    private <T> T operation(String what, Path path, Deed<T> deed) throws IOException {
        process.requireAlive();
        faults.before(process, what);
        T result = deed.done();
        faults.after(process, what);
        return result;
    }

    private Node find(String path) throws NoSuchFileException {
        Long absent = absentUntilNanos.get(path);
        if (absent != null && loop.nanos() < absent) {
            throw new NoSuchFileException(path);
        }
        Node node = server.nodes.get(path);
        if (node == null) {
            long cached = faults.cachedNanos();
            if (cached > 0) {
                absentUntilNanos.put(path, loop.nanos() + cached);
            }
            throw new NoSuchFileException(path);
        }
        return node;
    }

    /** What this client itself makes, or finds made, it sees. */
    private Node make(String path, Node node) throws IOException {
        absentUntilNanos.remove(path);
        if (server.nodes.containsKey(path)) {
            throw new FileAlreadyExistsException(path);
        }
        String parent = parent(path);
        if (!server.nodes.containsKey(parent)) {
            throw new NoSuchFileException(parent);
        }
        server.nodes.put(path, node);
        listings.remove(parent);
        return node;
    }

    private static String parent(String path) {
        int slash = path.lastIndexOf('/');
        return slash <= 0 ? "/" : path.substring(0, slash);
    }

    @Override
    public FileChannel newFileChannel(Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
            throws IOException {
        String name = path.toString();
        boolean writes = options.contains(StandardOpenOption.WRITE);
        return operation(writes ? "write" : "read", path, () -> {
            Node node;
            if (options.contains(StandardOpenOption.CREATE_NEW)) {
                node = make(name, new Node(false, process.now()));
            } else if (options.contains(StandardOpenOption.CREATE) && !server.nodes.containsKey(name)) {
                node = make(name, new Node(false, process.now()));
            } else {
                node = find(name);
            }
            if (writes) {
                node.writer = host;
                if (options.contains(StandardOpenOption.TRUNCATE_EXISTING)) {
                    node.length = 0;
                    node.durableLength = 0;
                }
            }
            return new Channel(node, path);
        });
    }

    @Override
    public SeekableByteChannel newByteChannel(
            Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes) throws IOException {
        return newFileChannel(path, options, attributes);
    }

    @Override
    public DirectoryStream<Path> newDirectoryStream(Path directory, DirectoryStream.Filter<? super Path> filter)
            throws IOException {
        String name = directory.toString();
        List<String> names = operation("list", directory, () -> {
            Listing cached = listings.get(name);
            if (cached != null && loop.nanos() < cached.untilNanos()) {
                return cached.names();
            }
            find(name);
            String prefix = name.equals("/") ? "/" : name + "/";
            List<String> found = new ArrayList<>();
            for (String path : server.nodes.tailMap(prefix, false).keySet()) {
                if (!path.startsWith(prefix)) {
                    break;
                }
                if (path.indexOf('/', prefix.length()) < 0) {
                    found.add(path);
                }
            }
            listings.put(name, new Listing(found, loop.nanos() + faults.cachedNanos()));
            return found;
        });
        return new DirectoryStream<>() {
            @Override
            public Iterator<Path> iterator() {
                return names.stream()
                        .map(path -> (Path) new MountPath(files, path))
                        .iterator();
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public void createDirectory(Path directory, FileAttribute<?>... attributes) throws IOException {
        operation("mkdir", directory, () -> make(directory.toString(), new Node(true, process.now())));
    }

    @Override
    public void createLink(Path link, Path existing) throws IOException {
        operation("link", link, () -> make(link.toString(), find(existing.toString())));
    }

    @Override
    public void delete(Path path) throws IOException {
        String name = path.toString();
        operation("delete", path, () -> {
            Node node = server.nodes.get(name);
            if (node == null) {
                throw new NoSuchFileException(name);
            }
            if (node.directory && !server.isEmpty(name)) {
                throw new DirectoryNotEmptyException(name);
            }
            listings.remove(parent(name));
            return server.nodes.remove(name);
        });
    }

    @Override
    public void move(Path source, Path target, CopyOption... options) throws IOException {
        String from = source.toString();
        String to = target.toString();
        operation("move", source, () -> {
            listings.remove(parent(from));
            listings.remove(parent(to));
            listings.remove(to);
            absentUntilNanos.remove(to);
            Node there = server.nodes.get(to);
            if (!server.nodes.containsKey(from)) {
                throw new NoSuchFileException(from);
            }
            if (there != null && there.directory && !server.isEmpty(to)) {
                throw new DirectoryNotEmptyException(to);
            }
            return server.move(from, to);
        });
    }

    @Override
    public void checkAccess(Path path, AccessMode... modes) throws IOException {
        process.requireAlive();
        find(path.toString());
    }

    @Override
    public <A extends BasicFileAttributes> A readAttributes(Path path, Class<A> type, LinkOption... options)
            throws IOException {
        process.requireAlive();
        Node node = find(path.toString());
        return type.cast(new Attributes(node.directory, node.length, FileTime.from(node.changedAt)));
    }

    private record Attributes(boolean isDirectory, long size, FileTime lastModifiedTime)
            implements BasicFileAttributes {
        @Override
        public FileTime lastAccessTime() {
            return lastModifiedTime;
        }

        @Override
        public FileTime creationTime() {
            return lastModifiedTime;
        }

        @Override
        public boolean isRegularFile() {
            return !isDirectory;
        }

        @Override
        public boolean isSymbolicLink() {
            return false;
        }

        @Override
        public boolean isOther() {
            return false;
        }

        @Override
        public Object fileKey() {
            return null;
        }
    }

    /** Who changes a directory reads it anew. */
    private final class Times implements BasicFileAttributeView {
        private final Path path;

        Times(Path path) {
            this.path = path;
        }

        @Override
        public String name() {
            return "basic";
        }

        @Override
        public BasicFileAttributes readAttributes() throws IOException {
            return Mount.this.readAttributes(path, BasicFileAttributes.class);
        }

        @Override
        public void setTimes(FileTime changed, FileTime read, FileTime created) throws IOException {
            operation("touch", path, () -> {
                Node node = find(path.toString());
                listings.remove(path.toString());
                node.changedAt = changed.toInstant();
                return node;
            });
        }
    }

    @Override
    public FileStore getFileStore(Path path) {
        return new Space();
    }

    private final class Space extends FileStore {
        @Override
        public long getUsableSpace() throws IOException {
            process.requireAlive();
            faults.before(process, "statfs");
            return server.full ? 1 << 20 : 1L << 40;
        }

        @Override
        public String name() {
            return "store";
        }

        @Override
        public String type() {
            return "nfs4";
        }

        @Override
        public boolean isReadOnly() {
            return false;
        }

        @Override
        public long getTotalSpace() {
            return 1L << 40;
        }

        @Override
        public long getUnallocatedSpace() throws IOException {
            return getUsableSpace();
        }

        @Override
        public boolean supportsFileAttributeView(Class<? extends FileAttributeView> type) {
            return false;
        }

        @Override
        public boolean supportsFileAttributeView(String name) {
            return false;
        }

        @Override
        public <V extends FileStoreAttributeView> V getFileStoreAttributeView(Class<V> type) {
            return null;
        }

        @Override
        public Object getAttribute(String attribute) {
            throw new UnsupportedOperationException();
        }
    }

    private final class Channel extends FileChannel {
        private final Node node;
        private final Path path;
        private int position;

        Channel(Node node, Path path) {
            this.node = node;
            this.path = path;
        }

        @Override
        public int read(ByteBuffer into) {
            process.requireAlive();
            int bytes = Math.min(into.remaining(), node.length - position);
            if (bytes <= 0) {
                return -1;
            }
            into.put(node.data, position, bytes);
            position += bytes;
            return bytes;
        }

        @Override
        public int write(ByteBuffer from) throws IOException {
            process.requireAlive();
            if (server.full) {
                throw new IOException("injected: no space left on device");
            }
            byte[] bytes = new byte[from.remaining()];
            from.get(bytes);
            node.write(position, bytes);
            node.changedAt = process.now();
            position += bytes.length;
            return bytes.length;
        }

        @Override
        public void force(boolean metaData) throws IOException {
            operation("fsync", path, () -> node.durableLength = node.length);
        }

        @Override
        public long position() {
            return position;
        }

        @Override
        public FileChannel position(long value) {
            position = (int) value;
            return this;
        }

        @Override
        public long size() {
            return node.length;
        }

        @Override
        protected void implCloseChannel() {}

        @Override
        public long read(ByteBuffer[] into, int offset, int length) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long write(ByteBuffer[] from, int offset, int length) {
            throw new UnsupportedOperationException();
        }

        @Override
        public FileChannel truncate(long size) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long transferTo(long from, long count, WritableByteChannel target) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long transferFrom(ReadableByteChannel source, long from, long count) {
            throw new UnsupportedOperationException();
        }

        @Override
        public int read(ByteBuffer into, long from) {
            throw new UnsupportedOperationException();
        }

        @Override
        public int write(ByteBuffer from, long to) {
            throw new UnsupportedOperationException();
        }

        @Override
        public MappedByteBuffer map(MapMode mode, long from, long size) {
            throw new UnsupportedOperationException();
        }

        @Override
        public FileLock lock(long from, long size, boolean shared) {
            throw new UnsupportedOperationException();
        }

        @Override
        public FileLock tryLock(long from, long size, boolean shared) {
            throw new UnsupportedOperationException();
        }
    }

    private final class Files extends FileSystem {
        @Override
        public FileSystemProvider provider() {
            return Mount.this;
        }

        @Override
        public Path getPath(String first, String... more) {
            return new MountPath(this, more.length == 0 ? first : first + "/" + String.join("/", more));
        }

        @Override
        public void close() {}

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public boolean isReadOnly() {
            return false;
        }

        @Override
        public String getSeparator() {
            return "/";
        }

        @Override
        public Iterable<Path> getRootDirectories() {
            return List.of(getPath("/"));
        }

        @Override
        public Iterable<FileStore> getFileStores() {
            return List.of(new Space());
        }

        @Override
        public Set<String> supportedFileAttributeViews() {
            return Set.of("basic");
        }

        @Override
        public java.nio.file.PathMatcher getPathMatcher(String pattern) {
            throw new UnsupportedOperationException();
        }

        @Override
        public java.nio.file.attribute.UserPrincipalLookupService getUserPrincipalLookupService() {
            throw new UnsupportedOperationException();
        }

        @Override
        public java.nio.file.WatchService newWatchService() {
            throw new UnsupportedOperationException();
        }
    }

    @Override
    public String getScheme() {
        return "simulated";
    }

    @Override
    public FileSystem newFileSystem(URI uri, Map<String, ?> settings) {
        throw new UnsupportedOperationException();
    }

    @Override
    public FileSystem getFileSystem(URI uri) {
        return files;
    }

    @Override
    public Path getPath(URI uri) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void copy(Path source, Path target, CopyOption... options) {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean isSameFile(Path one, Path other) {
        return one.equals(other);
    }

    @Override
    public boolean isHidden(Path path) {
        return false;
    }

    @Override
    public <V extends FileAttributeView> V getFileAttributeView(Path path, Class<V> type, LinkOption... options) {
        return type.cast(new Times(path));
    }

    @Override
    public Map<String, Object> readAttributes(Path path, String attributes, LinkOption... options) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void setAttribute(Path path, String attribute, Object value, LinkOption... options) {
        throw new UnsupportedOperationException();
    }
}
