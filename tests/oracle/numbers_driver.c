/*
 * numbers_driver.c - answers numbers.py: one case per line on stdin, one answer per line on stdout.
 *
 * A case is a letter and its arguments, separated by one blank each; integers are hexadecimal two's
 * complement of 128 bits. Text is the rest of the line. An answer is an integer in the same form,
 * text, "no" for a refusal, or "touched" where a refusal has changed the output. Nothing here uses
 * the text routines under test.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "decimal.h"
#include "num.h"
#include "timetext.h"

#define LINE_CAP 4096
#define UNTOUCHED 0x5a5a5a

static plm_i128 take_i128(char **at)
{
    plm_u128 value = 0;
    for (; **at != ' ' && **at != '\0'; ++*at) {
        value = value * 16 + (unsigned)(**at <= '9' ? **at - '0' : **at - 'a' + 10);
    }
    *at += **at == ' ' ? 1 : 0;
    return (plm_i128)value;
}

static int64_t take_i64(char **at)
{
    return (int64_t)take_i128(at);
}

static unsigned take_unsigned(char **at)
{
    return (unsigned)take_i128(at);
}

static void answer(bool ok, plm_i128 value)
{
    plm_u128 const bits = (plm_u128)value;
    if (ok) {
        (void)printf("%016" PRIx64 "%016" PRIx64 "\n", (uint64_t)(bits >> 64), (uint64_t)bits);
    } else {
        (void)puts(value == UNTOUCHED ? "no" : "touched");
    }
}

static void answer_decimal(plm_decimal_result result, plm_i128 value)
{
    (void)printf("%d ", (int)result);
    answer(result == PLM_DECIMAL_OK, value);
}

static void answer_64(char letter, char *at)
{
    int64_t const a = take_i64(&at), b = take_i64(&at);
    int64_t out = UNTOUCHED;
    bool ok = false;
    switch (letter) {
    case 'a':
        ok = plm_i64_add(a, b, &out);
        break;
    case 's':
        ok = plm_i64_sub(a, b, &out);
        break;
    case 'm':
        ok = plm_i64_mul(a, b, &out);
        break;
    default:
        ok = plm_i64_div(a, b, (plm_round)take_unsigned(&at), &out);
    }
    answer(ok, out);
}

static void answer_128(char letter, char *at)
{
    plm_i128 const a = take_i128(&at), b = take_i128(&at);
    plm_i128 c, out = UNTOUCHED;
    bool ok = false;
    switch (letter) {
    case 'A':
        ok = plm_i128_add(a, b, &out);
        break;
    case 'S':
        ok = plm_i128_sub(a, b, &out);
        break;
    case 'M':
        ok = plm_i128_mul(a, b, &out);
        break;
    case 'D':
        ok = plm_i128_div(a, b, (plm_round)take_unsigned(&at), &out);
        break;
    case 'X':
        c = take_i128(&at);
        ok = plm_muldiv(a, b, c, (plm_round)take_unsigned(&at), &out);
        break;
    default:
        c = take_i128(&at);
        out = plm_compare_products(a, b, c, take_i128(&at));
        ok = true;
    }
    answer(ok, out);
}

static void answer_money(char letter, char *at)
{
    plm_money out = {UNTOUCHED};
    bool ok = false;
    if (letter == 'N') {
        int64_t const px = take_i64(&at), qty = take_i64(&at), multiplier = take_i64(&at);
        ok = plm_money_notional(px, qty, multiplier, take_unsigned(&at), &out);
        answer(ok, out.v);
        return;
    }
    plm_money const a = {take_i128(&at)};
    plm_i128 const b = take_i128(&at);
    int64_t whole;
    switch (letter) {
    case '+':
        ok = plm_money_add(a, (plm_money){b}, &out);
        break;
    case '-':
        ok = plm_money_sub(a, (plm_money){b}, &out);
        break;
    case '~':
        ok = plm_money_negate(a, &out);
        break;
    case '<':
        out.v = plm_money_compare(a, (plm_money){b}) * 10 + plm_money_sign(a);
        ok = true;
        break;
    case 'R':
        ok = plm_money_rate(a, (plm_rate)b, (plm_round)take_unsigned(&at), &out);
        break;
    default:
        whole = take_i64(&at);
        ok = plm_money_muldiv(a, (int64_t)b, whole, (plm_round)take_unsigned(&at), &out);
    }
    answer(ok, out.v);
}

static void answer_text(char letter, char *at)
{
    char text[PLM_DECIMAL_TEXT_CAP];
    int64_t out = UNTOUCHED;
    plm_money money = {UNTOUCHED};
    plm_decimal_result result;
    unsigned scale;
    plm_i128 value;
    size_t length = 0;
    bool ok;
    switch (letter) {
    case 'p':
    case 'e':
        scale = take_unsigned(&at);
        result = plm_decimal_parse(at, strlen(at), scale, letter == 'e', &out);
        answer_decimal(result, out);
        return;
    case 'q':
        result = plm_decimal_parse_money(at, strlen(at), &money);
        answer_decimal(result, money.v);
        return;
    case 'u':
        ok = plm_time_parse(at, strlen(at), &out);
        answer(ok, out);
        return;
    case 'v':
        ok = plm_duration_parse(at, strlen(at), &out);
        answer(ok, out);
        return;
    case 't':
        length = plm_time_format(take_i64(&at), text);
        break;
    default:
        value = take_i128(&at);
        scale = take_unsigned(&at);
        if (letter == 'f') {
            length = plm_decimal_format((int64_t)value, scale, text);
        } else if (letter == 'g') {
            length = plm_decimal_format_i128(value, scale, text);
        } else {
            length = plm_decimal_format_money((plm_money){value}, text);
        }
    }
    (void)printf("%zu %s\n", length, text);
}

int main(void)
{
    char line[LINE_CAP];
    while (fgets(line, sizeof line, stdin) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        char const letter = line[0];
        if (letter == '\0' || line[1] != ' ') {
            (void)fputs("numbers_driver: a line has no letter\n", stderr);
            return EXIT_FAILURE;
        }
        if (strchr("asmd", letter) != NULL) {
            answer_64(letter, line + 2);
        } else if (strchr("ASMDXC", letter) != NULL) {
            answer_128(letter, line + 2);
        } else if (strchr("N+-~<RP", letter) != NULL) {
            answer_money(letter, line + 2);
        } else {
            answer_text(letter, line + 2);
        }
    }
    return EXIT_SUCCESS;
}
