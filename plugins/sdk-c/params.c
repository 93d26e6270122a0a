/* Parameters: members of a JSON object that the host has checked already. */
#include "snmp_proxy.h"

#include <stdlib.h>
#include <string.h>

static const char *blank(const char *text) {
    while (*text == ' ' || *text == '\t' || *text == '\n' || *text == '\r') text++;
    return text;
}

/* Behind a text, which begins at its quote. */
static const char *behind_text(const char *text) {
    for (text++; *text != '\0' && *text != '"'; text++) {
        if (*text == '\\' && text[1] != '\0') text++;
    }
    return *text == '"' ? text + 1 : text;
}

/* Behind a value of any kind. */
static const char *behind(const char *text) {
    if (*text == '"') return behind_text(text);
    size_t depth = 0;
    for (; *text != '\0'; text++) {
        if (*text == '"') {
            text = behind_text(text) - 1;
        } else if (*text == '{' || *text == '[') {
            depth++;
        } else if (depth > 0 && (*text == '}' || *text == ']')) {
            depth--;
        } else if (depth == 0 && (*text == ',' || *text == '}' || *text == ']')) {
            break;
        }
    }
    return text;
}

static int digit_of(char sign) {
    if (sign >= '0' && sign <= '9') return sign - '0';
    if (sign >= 'a' && sign <= 'f') return sign - 'a' + 10;
    return sign >= 'A' && sign <= 'F' ? sign - 'A' + 10 : 0;
}

static uint32_t unit_of(const char *digits) {
    uint32_t unit = 0;
    for (size_t i = 0; i < 4 && digits[i] != '\0'; i++) unit = unit << 4 | (uint32_t)digit_of(digits[i]);
    return unit;
}

static char *put(char *to, uint32_t code) {
    if (code < 0x80) {
        *to++ = (char)code;
    } else if (code < 0x800) {
        *to++ = (char)(0xc0 | code >> 6), *to++ = (char)(0x80 | (code & 0x3f));
    } else if (code < 0x10000) {
        *to++ = (char)(0xe0 | code >> 12), *to++ = (char)(0x80 | (code >> 6 & 0x3f)), *to++ = (char)(0x80 | (code & 0x3f));
    } else {
        *to++ = (char)(0xf0 | code >> 18), *to++ = (char)(0x80 | (code >> 12 & 0x3f));
        *to++ = (char)(0x80 | (code >> 6 & 0x3f)), *to++ = (char)(0x80 | (code & 0x3f));
    }
    return to;
}

/* The content of a text that begins at its quote. No text is longer than it is written. */
static char *text_of(const char *text) {
    const char *end = behind_text(text);
    char *content = sp_allocate((size_t)(end - text) + 1);
    char *to = content;
    for (text++; text < end && *text != '"'; text++) {
        if (*text != '\\') {
            *to++ = *text;
            continue;
        }
        text++;
        static const char letters[] = "bfnrt", meanings[] = "\b\f\n\r\t";
        const char *known = strchr(letters, *text);
        if (*text == 'u' && end - text > 4) {
            uint32_t code = unit_of(text + 1);
            text += 4;
            if (code >= 0xd800 && code < 0xdc00 && end - text > 6 && text[1] == '\\' && text[2] == 'u') {
                code = 0x10000 + ((code - 0xd800) << 10) + (unit_of(text + 3) - 0xdc00);
                text += 6;
            }
            to = put(to, code);
        } else {
            *to++ = known != NULL && *known != '\0' ? meanings[known - letters] : *text;
        }
    }
    *to = '\0';
    return content;
}

/* Where the value of a member begins, or NULL. */
static const char *member(const char *name) {
    const char *text = blank(sp_params());
    if (*text != '{') return NULL;
    for (text = blank(text + 1); *text == '"'; text = blank(text)) {
        char *key = text_of(text);
        bool is_it = strcmp(key, name) == 0;
        free(key);
        text = blank(behind_text(text));
        if (*text != ':') return NULL;
        text = blank(text + 1);
        if (is_it) return text;
        text = blank(behind(text));
        if (*text != ',') return NULL;
        text = blank(text + 1);
    }
    return NULL;
}

int64_t sp_param_integer(const char *name, int64_t otherwise) {
    const char *text = member(name);
    if (text == NULL || !(*text == '-' || (*text >= '0' && *text <= '9'))) return otherwise;
    return strtoll(text, NULL, 10);
}

bool sp_param_bool(const char *name, bool otherwise) {
    const char *text = member(name);
    if (text != NULL && strncmp(text, "true", 4) == 0) return true;
    if (text != NULL && strncmp(text, "false", 5) == 0) return false;
    return otherwise;
}

char *sp_param_text(const char *name) {
    const char *text = member(name);
    return text != NULL && *text == '"' ? text_of(text) : NULL;
}
