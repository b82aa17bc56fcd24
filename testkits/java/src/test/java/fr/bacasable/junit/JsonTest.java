package fr.bacasable.junit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JsonTest {
    @Test
    void whatIsWrittenIsRead() {
        Map<String, Object> value = Map.of("a", List.of(1L, -2.5, true, "é\"\\\n\u0001"), "b", Map.of());
        assertEquals(value, Json.read(Json.write(value)));
        assertEquals("A/\t", Json.read(" \"\\u0041\\/\\t\" "));
        assertEquals(null, Json.read("null"));
    }

    @Test
    void whatIsNoJsonIsRefused() {
        for (String text : List.of("", "{", "[1", "{\"a\"}", "\"a", "tru", "1 2", "{\"a\":1 \"b\":2}")) {
            assertThrows(RuntimeException.class, () -> Json.read(text), text);
        }
    }
}
