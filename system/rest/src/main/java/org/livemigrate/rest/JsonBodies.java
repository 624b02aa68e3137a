package org.livemigrate.rest;

import io.javalin.json.JsonMapper;
import java.lang.reflect.Type;
import org.livemigrate.protocol.json.Json;

/** Javalin's bodies through the project's one mapper; its own default writes times as numbers. */
final class JsonBodies implements JsonMapper {

    @Override
    public String toJsonString(Object value, Type type) {
        return value instanceof String text ? text : Json.mapper().writeValueAsString(value);
    }

    @Override
    public <T> T fromJsonString(String json, Type type) {
        return Json.mapper().readValue(json, Json.mapper().constructType(type));
    }
}
