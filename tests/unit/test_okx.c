/*
 * test_okx.c - promises of docs/import-okx.md:
 * - the three forms of header are read, in whatever encoding stands behind the slash;
 * - the oldest one needs --symbol; the order of its columns is another one;
 * - sizes in exponent form are exact; an id may stand once.
 */
#include "plm_test.h"

#include "dump_help.h"

#define N "1735689600"

static void newer_forms_name_their_instruments(void **state)
{
    (void)state;
    plm_import_options const none = {0};
    dump_reads("o.csv",
               "instrument_name,trade_id,side,price,size,created_time\n"
               "A-B,1,buy,0.5,1.772e-05,1735689600001\n",
               (plm_import_options){.on_error = PLM_ON_ERROR_SKIP}, "okx", "");
    dump_reads("o.csv",
               "instrument_name,trade_id,side,price,size,created_time\n"
               "A-B,1,buy,0.5,1.2e-05,1735689600001\n"
               "A-B,2,sell,0.4,2,1735689600001\n",
               none, "okx",
               N "001000000,A-B,trade,buy,0.5,0.000012,\n" N "001000000,A-B,trade,sell,0.4,2,\n");
    dump_reads("o.csv",
               "instrument_name,trade_id,side,price,size,created_time,source\r\n"
               "A-B,1,buy,0.5,1,1735689600001,0\r\n",
               none, "okx", N "001000000,A-B,trade,buy,0.5,1,\n");
    dump_refuses("o.csv",
                 "instrument_name,trade_id,side,price,size,created_time\n"
                 "A-B,1,buy,0.5,1,1735689600001\n"
                 "A-B,1,buy,0.5,1,1735689600002\n",
                 none, PLM_ERR_INPUT, "id '1' again");
}

static void the_oldest_form_is_read_in_either_encoding(void **state)
{
    (void)state;
    /* Chinese in GBK, then in UTF-8; size stands before price. */
    static const char *const HEADS[2] = {
        "trade_id/\xbd\xbb\xd2\xd7id,side/\xbd\xbb\xd2\xd7\xb7\xbd\xcf\xf2,size/\xca\xfd\xc1\xbf,"
        "price/\xbc\xdb\xb8\xf1,created_time/\xb3\xc9\xbd\xbb\xca\xb1\xbc\xe4\n",
        "trade_id/\xe4\xba\xa4\xe6\x98\x93id,side/\xe4\xba\xa4\xe6\x98\x93\xe6\x96\xb9\xe5\x90\x91,"
        "size/\xe6\x95\xb0\xe9\x87\x8f,price/\xe4\xbb\xb7\xe6\xa0\xbc,"
        "created_time/\xe6\x88\x90\xe4\xba\xa4\xe6\x97\xb6\xe9\x97\xb4\n"};
    for (int i = 0; i < 2; i++) {
        char text[512];
        (void)snprintf(text, sizeof text, "%s9,sell,7,0.25,1735689600002", HEADS[i]);
        dump_reads("o.csv", text, (plm_import_options){.symbol = "A-B"}, "okx",
                   N "002000000,A-B,trade,sell,0.25,7,\n");
        dump_refuses("o.csv", text, (plm_import_options){0}, PLM_ERR_USAGE, "--symbol is needed");
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(newer_forms_name_their_instruments),
        cmocka_unit_test(the_oldest_form_is_read_in_either_encoding),
    };
    return cmocka_run_group_tests_name("okx", tests, dump_make, dump_remove);
}
