package org.livemigrate.protocol.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.livemigrate.protocol.plan.SnapshotDocument;
import tools.jackson.core.JacksonException;

class JsonMessagesTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"hosts":[{"id":"v"}],"containers":[]}                          | hosts[0].capacityMillicores: 'capacityMillicores' is missing
            {"hosts":[{"id":"v","capacityMillicores":12.5}],"containers":[]} | a whole number is needed, not number 12.5
            {"hosts":[{"id":"v","capacityMillicores":NaN}],"containers":[]}  | NaN is not a number that JSON knows
            {"hosts":[{"id":"v","capacityMillicores":"1"}],"containers":[]}  | a whole number is needed, not String value
            {"hosts":{},"containers":[]}                                    | hosts: a list is needed, not Object value
            {"hosts":[3],"containers":[]}                                   | hosts[0]: an object is needed, not Number value (3)
            {"hosts":[]}                                                    | The snapshot has no 'containers'
            {"hosts":[],"containers":[],"inFlight":[{"container":"c"}]}     | 'inFlight' has no 'from'
            {\u001e"hosts":[],"containers":[]}                              | Illegal character
            {"hosts":[                                                      | Unexpected end-of-input
            """)
    void theMessageSpeaksOfTheJsonAndNotOfOurClasses(String json, String expected) {
        JacksonException e = catchThrowableOfType(
                JacksonException.class, () -> Json.mapper().readValue(json, SnapshotDocument.class));
        assertThat(JsonMessages.describe(e))
                .contains(expected)
                .doesNotContain("java.", "org.livemigrate", "Source", "Feature");
    }
}
