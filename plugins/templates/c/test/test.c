/* The plugin against a recorded switch: on this machine, with sanitisers, without the proxy and without WebAssembly. */
#include "fake.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int passed, failed;

static void check(const char *rule, bool holds) {
    printf("%s: %s\n", holds ? "ok" : "FAILED", rule);
    *(holds ? &passed : &failed) += 1;
}

static void check_text(const char *rule, const char *text, const char *expected) {
    check(rule, strcmp(text, expected) == 0);
    if (strcmp(text, expected) != 0) printf("  got  %s\n  want %s\n", text, expected);
}

static void a_switch(void) {
    sp_fake_reset();
    sp_fake_load("devices/switch.snmprec");
}

/* The text of a file without the blanks and line ends of its layout. */
static char *expected(const char *path) {
    static char text[65536];
    FILE *file = fopen(path, "rb");
    if (file == NULL) exit(1);
    size_t length = 0;
    bool is_quoted = false;
    for (int sign; (sign = fgetc(file)) != EOF && length < sizeof text - 1;) {
        is_quoted ^= sign == '"';
        if (is_quoted || strchr(" \n", sign) == NULL) text[length++] = (char)sign;
    }
    text[length] = '\0';
    fclose(file);
    return text;
}

int main(void) {
    a_switch();
    check_text("a switch gives what is expected", sp_fake_run("{}").json, expected("expected/switch.json"));

    check_text("interfaces with few errors are left out when asked for", sp_fake_run("{\"at_least\": 1}").json,
               "{\"{{module}}\":[{\"index\":2,\"name\":\"Port 2\",\"status\":\"down\",\"speed\":1000,\"in_errors\":17}]}");

    sp_fake_remove("1.3.6.1.2.1.2.2.1.14.1");
    check("a counter that nobody knows is null", strstr(sp_fake_run("{}").json, "\"in_errors\":null") != NULL);

    a_switch();
    sp_fake_break_off("1.3.6.1.2.1.2.2.1", 1);
    sp_fake_result broken = sp_fake_run("{}");
    check("a switch that breaks off gives what it gave", broken.is_ok && strstr(broken.json, "Port 2") == NULL);

    a_switch();
    sp_fake_wrong_types_below("1.3.6.1.2.1.2.2.1.2");
    check_text("values of another type are warned of", sp_fake_run("{}").log, "warn: ifDescr: 2 values of another type, e.g. NULL\n");

    sp_fake_reset();
    check_text("a device without interfaces is no failure", sp_fake_run("{}").error.kind, "unsupported");

    for (size_t calls = 0; calls < 5; calls++) {
        a_switch();
        sp_fake_cancel_after(calls);
        sp_fake_result cancelled = sp_fake_run("{}");
        check("a cancelled run ends", cancelled.is_ok || cancelled.error.kind[0] != '\0');
    }

    sp_fake_reset();
    printf("%d passed, %d failed\n", passed, failed);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
