package org.livemigrate.cli.fuzz;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.livemigrate.protocol.json.Json;
import org.livemigrate.protocol.json.ProblemException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The forms of all messages and bodies, read off the records of the protocol, and JSON of these forms. A record that is
 * added to the protocol is here without being named.
 */
final class Schema {

    private static final JavaClasses PROTOCOL = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("org.livemigrate.protocol");

    private static final List<Class<?>> RECORDS = findRecords();
    private static final List<String> WORDS = findWords();

    /** What a text may be where nothing that the servers know of fits. */
    private static final List<String> TEXTS = List.of(
            "web",
            "db-1",
            "localhost/stress:latest",
            "none",
            "bridge",
            "podman",
            "modelled",
            "running",
            "80/tcp",
            "http://127.0.0.1:9",
            "amqp://a:b@127.0.0.1:9/",
            "2026-01-02T03:04:05Z",
            "app=web",
            "Nobody reads this.");

    private static final int SAMPLES_KEPT = 6;
    private static final int MOST_TRIES = 2_000;
    private static final Map<Class<?>, List<ObjectNode>> SAMPLES = new HashMap<>();

    private static final long[] NUMBERS = {0, 1, 1, 2, 5, 20, 100};

    private final Random random;
    private final List<String> known;

    /** @param known ids and names that the servers know, to be drawn in preference */
    Schema(Random random, List<String> known) {
        this.random = random;
        this.known = known;
    }

    /** Every record of the protocol that is sent or nested in one that is, by name. */
    static List<Class<?>> records() {
        return RECORDS;
    }

    /** The words of every enumeration of the protocol: parts of paths and values of fields. */
    static List<String> words() {
        return WORDS;
    }

    private static List<Class<?>> findRecords() {
        return PROTOCOL.stream()
                .filter(type -> type.isRecord() && type.getModifiers().contains(JavaModifier.PUBLIC))
                .filter(type -> !type.getPackageName().endsWith(".broker")) // settings of a client
                .map(JavaClass::reflect)
                .sorted(Comparator.comparing(Class::getName))
                .collect(Collectors.toUnmodifiableList());
    }

    private static List<String> findWords() {
        return PROTOCOL.stream()
                .filter(JavaClass::isEnum)
                .flatMap(type -> Arrays.stream(type.reflect().getEnumConstants()))
                .map(word -> Json.mapper().valueToTree(word).asString())
                .distinct()
                .sorted()
                .toList();
    }

    /**
     * JSON that this form takes: one of a few that were found by trial, with some components drawn again where its own
     * checks allow.
     */
    JsonNode valid(Class<?> type) {
        List<ObjectNode> samples = samples(type);
        ObjectNode json = samples.get(random.nextInt(samples.size())).deepCopy();
        RecordComponent[] components = type.getRecordComponents();
        for (int i = random.nextInt(3); i > 0 && components.length > 0; i--) {
            RecordComponent component = components[random.nextInt(components.length)];
            ObjectNode other = json.deepCopy();
            other.set(component.getName(), draw(component.getGenericType()));
            if (takes(type, other)) {
                json = other;
            }
        }
        return json;
    }

    private static List<ObjectNode> samples(Class<?> type) {
        List<ObjectNode> known = SAMPLES.get(type);
        if (known == null) {
            Schema finder = new Schema(new Random(type.getName().hashCode()), words());
            known = IntStream.range(0, SAMPLES_KEPT)
                    .mapToObj(i -> finder.find(type))
                    .toList();
            SAMPLES.put(type, known);
        }
        return known;
    }

    static boolean takes(Class<?> type, JsonNode json) {
        try {
            return Json.mapper().treeToValue(json, type) != null;
        } catch (JacksonException | ProblemException e) {
            return false;
        }
    }

    String text() {
        return !known.isEmpty() && random.nextInt(3) > 0 ? one(known) : one(TEXTS);
    }

    private JsonNode draw(Type type) {
        if (type instanceof ParameterizedType generic) {
            Class<?> raw = (Class<?>) generic.getRawType();
            Type[] of = generic.getActualTypeArguments();
            if (Map.class.isAssignableFrom(raw)) {
                ObjectNode map = Json.mapper().createObjectNode();
                for (int i = random.nextInt(3); i > 0; i--) {
                    map.set(text(), draw(of[1]));
                }
                return map;
            }
            ArrayNode list = Json.mapper().createArrayNode();
            for (int i = random.nextInt(4); i > 0; i--) {
                list.add(draw(of[0]));
            }
            return list;
        }
        Class<?> plain = (Class<?>) type;
        if (plain.isRecord()) {
            return valid(plain);
        }
        if (plain.isEnum()) {
            return Json.mapper().valueToTree(plain.getEnumConstants()[random.nextInt(plain.getEnumConstants().length)]);
        }
        if (plain == boolean.class || plain == Boolean.class) {
            return Json.mapper().valueToTree(random.nextBoolean());
        }
        if (plain == double.class || plain == Double.class) {
            return Json.mapper().valueToTree(random.nextInt(101) / 100.0);
        }
        if (plain.isPrimitive() || Number.class.isAssignableFrom(plain)) {
            return Json.mapper().valueToTree(NUMBERS[random.nextInt(NUMBERS.length)]);
        }
        return Json.mapper().valueToTree(text());
    }

    /** Draws all components until the record's checks are content; records within are valid by themselves. */
    private ObjectNode find(Class<?> type) {
        ObjectNode object = Json.mapper().createObjectNode();
        for (int i = 0; i < MOST_TRIES; i++) {
            for (RecordComponent component : type.getRecordComponents()) {
                boolean absent = !component.getType().isPrimitive() && random.nextInt(4) == 0;
                if (absent) {
                    object.remove(component.getName());
                } else {
                    object.set(component.getName(), draw(component.getGenericType()));
                }
            }
            tell(type, object);
            if (takes(type, object)) {
                return object;
            }
        }
        return object;
    }

    /** Forms of one family are told apart by a word. */
    private static void tell(Class<?> type, ObjectNode json) {
        for (Class<?> family : type.getInterfaces()) {
            JsonTypeInfo word = family.getAnnotation(JsonTypeInfo.class);
            JsonSubTypes forms = family.getAnnotation(JsonSubTypes.class);
            if (word != null && forms != null) {
                Arrays.stream(forms.value())
                        .filter(form -> form.value() == type)
                        .forEach(form -> json.put(word.property(), form.name()));
            }
        }
    }

    private <T> T one(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }
}
