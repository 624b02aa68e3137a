package org.livemigrate.cli.serve;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Where a server listens.
 *
 * @param host name or address; {@code 0.0.0.0} for every interface
 * @param port 0 for any free one
 */
record ListenAddress(String host, int port) {

    /** {@code HOST:PORT}, {@code [V6ADDRESS]:PORT}. */
    static final class Converter implements ITypeConverter<ListenAddress> {
        @Override
        public ListenAddress convert(String text) {
            int colon = text.lastIndexOf(':');
            try {
                String host = text.substring(0, colon).replaceAll("^\\[|\\]$", "");
                int port = Integer.parseInt(text.substring(colon + 1));
                if (!host.isBlank() && port >= 0 && port <= 65_535) {
                    return new ListenAddress(host, port);
                }
            } catch (IndexOutOfBoundsException | NumberFormatException e) {
                // answered below, like what parses but makes no sense
            }
            throw new TypeConversionException("'" + text + "' is not HOST:PORT, for example 10.0.0.10:7070");
        }
    }
}
