package org.livemigrate.cli.demo;

import java.util.Arrays;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads {@code native} or {@code vm}. */
final class LabKind implements ITypeConverter<Lab.Kind> {

    @Override
    public Lab.Kind convert(String word) {
        return Arrays.stream(Lab.Kind.values())
                .filter(kind -> kind.word().equals(word))
                .findFirst()
                .orElseThrow(() -> new TypeConversionException("'" + word + "' is neither native nor vm"));
    }
}
