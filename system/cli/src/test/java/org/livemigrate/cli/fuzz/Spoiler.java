package org.livemigrate.cli.fuzz;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.livemigrate.protocol.json.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Makes bad input of good: what clients with bugs, other programs on the port, and attackers send. */
final class Spoiler {

    /** Texts with a meaning to a shell, a path, a query, a log, a terminal or a parser. */
    private static final List<String> TEXTS = List.of(
            "",
            " ",
            ".",
            "..",
            "../../etc/passwd",
            "..%2f..%2fetc",
            "a/../b",
            "/etc/passwd",
            "C:\\windows",
            "; rm -rf /",
            "$(reboot)",
            "`reboot`",
            "a|b&c>d",
            "--privileged",
            "-v",
            "a b",
            "a\nb: c",
            "a\r\nX-Injected: yes",
            "\u0000",
            "\u001b[2J",
            "\u202egnp",
            "\ud83d\ude00",
            "ä",
            "'; DROP TABLE nodes; --",
            "<script>alert(1)</script>",
            "${jndi:ldap://x/a}",
            "%s%n%d",
            "null",
            "NaN",
            "true",
            "file:///etc/passwd",
            "http://",
            "http://127.0.0.1:99999/",
            "x".repeat(129),
            "x".repeat(10_000));

    /** As they stand in JSON; the last ones are not JSON. */
    private static final List<String> NUMBERS = List.of(
            "-1",
            "0",
            "-0.0",
            "1.5",
            "9223372036854775807",
            "-9223372036854775808",
            "9223372036854775808",
            "2147483648",
            "1e400",
            "1e-400",
            "1e999999999",
            "1000000000001",
            "\"12\"",
            "NaN",
            "Infinity",
            "-Infinity",
            "0x10",
            "01");

    private static final String MARK = "SPOILT-NUMBER";

    private final Random random;

    Spoiler(Random random) {
        this.random = random;
    }

    String text() {
        return TEXTS.get(random.nextInt(TEXTS.size()));
    }

    String number() {
        return NUMBERS.get(random.nextInt(NUMBERS.size()));
    }

    /** The same JSON but for one to three places of its tree. */
    byte[] tree(JsonNode good) {
        JsonNode spoilt = good.deepCopy();
        for (int i = random.nextInt(3); i >= 0; i--) {
            spoilt = spoil(spoilt);
        }
        String text = Json.mapper().writeValueAsString(spoilt);
        while (text.contains("\"" + MARK + "\"")) {
            text = text.replaceFirst("\"" + MARK + "\"", number());
        }
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** The same bytes but for something that no longer makes JSON of them, or other JSON. */
    byte[] bytes(byte[] good) {
        int at = good.length == 0 ? 0 : random.nextInt(good.length);
        ByteArrayOutputStream spoilt = new ByteArrayOutputStream();
        switch (random.nextInt(8)) {
            case 0 -> spoilt.write(good, 0, at);
            case 1 -> {
                spoilt.write(good, 0, at);
                byte[] noise = new byte[1 + random.nextInt(8)];
                random.nextBytes(noise);
                spoilt.writeBytes(noise);
                spoilt.write(good, at, good.length - at);
            }
            case 2 -> {
                spoilt.writeBytes(good);
                spoilt.writeBytes(good);
            }
            case 3 -> spoilt.writeBytes("[".repeat(5_000).getBytes(StandardCharsets.UTF_8));
            case 4 -> spoilt.writeBytes("{\"a\":".repeat(5_000).getBytes(StandardCharsets.UTF_8));
            case 5 -> spoilt.writeBytes(new byte[] {(byte) 0xef, (byte) 0xbb, (byte) 0xbf, '{', '}'});
            case 6 -> spoilt.writeBytes(("\"" + text()).getBytes(StandardCharsets.UTF_8));
            default -> {
                byte[] noise = new byte[random.nextInt(200)];
                random.nextBytes(noise);
                spoilt.writeBytes(noise);
            }
        }
        return spoilt.toByteArray();
    }

    private JsonNode spoil(JsonNode node) {
        List<ObjectNode> objects = new ArrayList<>();
        List<ArrayNode> arrays = new ArrayList<>();
        collect(node, objects, arrays);
        if (!arrays.isEmpty() && random.nextInt(4) == 0) {
            ArrayNode array = arrays.get(random.nextInt(arrays.size()));
            array.add(value());
            return node;
        }
        if (objects.isEmpty()) {
            return value();
        }
        ObjectNode object = objects.get(random.nextInt(objects.size()));
        List<String> names = new ArrayList<>(object.propertyNames());
        if (names.isEmpty() || random.nextInt(8) == 0) {
            object.set(text(), value());
            return node;
        }
        String name = names.get(random.nextInt(names.size()));
        if (random.nextInt(4) == 0) {
            object.remove(name);
        } else {
            object.set(name, value());
        }
        return node;
    }

    private JsonNode value() {
        return switch (random.nextInt(8)) {
            case 0 -> Json.mapper().nullNode();
            case 1 -> Json.mapper().createObjectNode();
            case 2 -> Json.mapper().createArrayNode().addNull();
            case 3 -> Json.mapper().createObjectNode().set("x", Json.mapper().nullNode());
            case 4 -> Json.mapper().valueToTree(random.nextBoolean());
            case 5, 6 -> Json.mapper().valueToTree(MARK);
            default -> Json.mapper().valueToTree(text());
        };
    }

    private static void collect(JsonNode node, List<ObjectNode> objects, List<ArrayNode> arrays) {
        if (node instanceof ObjectNode object) {
            objects.add(object);
        }
        if (node instanceof ArrayNode array) {
            arrays.add(array);
        }
        node.forEach(child -> collect(child, objects, arrays));
    }

    /** Requests that are none, or that no client of ours would send. */
    byte[] http(String path, String token) {
        String head =
                "GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer " + token + "\r\n";
        List<String> all = Arrays.asList(
                "\r\n\r\n",
                "GARBAGE\r\n\r\n",
                "GET " + path + "\r\n\r\n",
                "GET " + path + " HTTP/1.1\r\n\r\n",
                "GET " + path + " HTTP/9.9\r\nHost: x\r\n\r\n",
                "get " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
                "TRACE " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer " + token
                        + "\r\n\r\n",
                "WHATEVER " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer " + token
                        + "\r\n\r\n",
                head + "X-Long: " + "a".repeat(40_000) + "\r\n\r\n",
                head + "Content-Length: -1\r\n\r\n",
                head + "Content-Length: 5\r\nContent-Length: 6\r\n\r\nabcde",
                head + "Content-Length: 99999999999999999999\r\n\r\n",
                head + "Transfer-Encoding: chunked\r\n\r\nzz\r\n",
                head + "Bad Header\r\n\r\n",
                head + "Accept: */*;q=nonsense\r\nAccept-Encoding: gzip;q=x\r\n\r\n",
                head + "Expect: miracles\r\n\r\n",
                head + "Range: bytes=9-1\r\n\r\n",
                "GET " + path + "/%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer " + token
                        + "\r\n\r\n",
                "GET //" + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer " + token
                        + "\r\n\r\n",
                "GET http://[ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        return all.get(random.nextInt(all.size())).getBytes(StandardCharsets.UTF_8);
    }
}
