package org.livemigrate.protocol.json;

import java.math.BigDecimal;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.deser.std.StdDeserializer;

/**
 * Reads millicores, bytes and milliseconds: whole numbers, however the writer spelt them ({@code 600}, {@code 600.0},
 * {@code 6e2}). A fraction, text or NaN is an error; Jackson alone would cut 12.7 to 12 and read "12" as a number.
 */
final class WholeNumber extends StdDeserializer<Long> {

    WholeNumber(Class<?> type) {
        super(type);
    }

    @Override
    public Long deserialize(JsonParser parser, DeserializationContext context) {
        JsonToken token = parser.currentToken();
        if (token == JsonToken.VALUE_NUMBER_INT || token == JsonToken.VALUE_NUMBER_FLOAT) {
            if (token == JsonToken.VALUE_NUMBER_FLOAT && parser.isNaN()) {
                return (Long)
                        context.handleWeirdStringValue(Long.class, parser.getString(), "a whole number is needed");
            }
            BigDecimal value = parser.getDecimalValue();
            // checked before it is expanded: 1e999999999 has ten digits and a gigabyte of zeros
            if (value.signum() == 0) {
                return 0L;
            }
            if (value.precision() - value.scale() > 19) {
                return (Long) context.handleWeirdNumberValue(Long.class, value, "it is out of range");
            }
            try {
                return value.longValueExact();
            } catch (ArithmeticException notWhole) {
                return (Long) context.handleWeirdNumberValue(Long.class, value, "it has a fraction");
            }
        }
        return (Long) context.handleUnexpectedToken(context.constructType(Long.class), parser);
    }
}
