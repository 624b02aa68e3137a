package org.livemigrate.cli.demo;

import java.util.Arrays;
import org.livemigrate.cli.console.InputException;
import picocli.CommandLine.ITypeConverter;

/** Reads {@code native} or {@code vm}. */
final class LabKind implements ITypeConverter<Lab.Kind> {

    @Override
    public Lab.Kind convert(String word) {
        return Arrays.stream(Lab.Kind.values())
                .filter(kind -> kind.word().equals(word))
                .findFirst()
                .orElseThrow(() -> new InputException("--lab " + word + ": write native or vm."));
    }
}
