package org.livemigrate.protocol.json;

import java.io.EOFException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Locale;
import tools.jackson.core.JacksonException;

/** What went wrong, for people: in Java half of it is often said by the exception's class alone. */
public final class Failures {

    private Failures() {}

    /** For example {@code /srv/store is not there}, {@code connection reset}; without names of classes. */
    public static String why(Throwable failure) {
        Throwable cause = failure.getCause();
        if (failure instanceof JacksonException unreadable) {
            return JsonMessages.describe(unreadable);
        }
        if (failure instanceof FileSystemException file) {
            return ofFile(file);
        }
        if (cause != null && (failure instanceof UncheckedIOException || saysOnly(failure, cause))) {
            return why(cause);
        }
        if (failure.getMessage() != null) {
            return failure.getMessage();
        }
        if (failure instanceof EOFException) {
            return "it ends too early";
        }
        if (failure instanceof ConnectException) {
            return cause instanceof UnresolvedAddressException
                    ? "no address is known for that name"
                    : "nobody takes connections there";
        }
        return words(failure.getClass().getSimpleName());
    }

    private static String ofFile(FileSystemException failure) {
        String file = failure.getFile() == null ? "a file" : failure.getFile();
        if (failure instanceof NoSuchFileException) {
            return file + " is not there";
        }
        if (failure instanceof AccessDeniedException) {
            return file + " may not be used by this process";
        }
        if (failure instanceof FileAlreadyExistsException) {
            return file + " is there already";
        }
        if (failure instanceof DirectoryNotEmptyException) {
            return file + " is not empty";
        }
        return failure.getReason() == null ? file + " cannot be used" : file + ": " + failure.getReason();
    }

    /** An exception that was made of its cause alone says what that is, class and all. */
    private static boolean saysOnly(Throwable failure, Throwable cause) {
        return failure.getMessage() == null
                ? !(failure instanceof ConnectException)
                : failure.getMessage().equals(cause.toString());
    }

    /** {@code ClosedChannelException}: closed channel. */
    private static String words(String simpleName) {
        return simpleName
                .replaceAll("(Exception|Error)$", "")
                .replaceAll("(?<=[a-z])(?=[A-Z])", " ")
                .toLowerCase(Locale.ROOT);
    }
}
