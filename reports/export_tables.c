/*
 * export_tables.c - what can be exported: for each word its rows and columns.
 */
#include "export_tables.h"

#include <string.h>

#define T(name)                                                                                    \
    {                                                                                              \
        PLM_EXPORT_TEXT, name                                                                      \
    }
#define N(name)                                                                                    \
    {                                                                                              \
        PLM_EXPORT_COUNT, name                                                                     \
    }
#define TIME(name)                                                                                 \
    {                                                                                              \
        PLM_EXPORT_TIME, name                                                                      \
    }
#define M(name)                                                                                    \
    {                                                                                              \
        PLM_EXPORT_MONEY, name                                                                     \
    }
#define S(name)                                                                                    \
    {                                                                                              \
        PLM_EXPORT_SCALED, name                                                                    \
    }
#define H(name)                                                                                    \
    {                                                                                              \
        PLM_EXPORT_HALF, name                                                                      \
    }
#define R(name)                                                                                    \
    {                                                                                              \
        PLM_EXPORT_RATE, name                                                                      \
    }

#define MONEY(table, name) table "." name "_micro, " table "." name "_atto"
#define MINE " WHERE (?1 IS NULL OR a.name = ?1) "
#define POOL_NAME                                                                                  \
    "p.regime || coalesce(' ' || q.symbol, '') || CASE p.leg WHEN 1 THEN ' long' WHEN 2 THEN "     \
    "' short' ELSE '' END"

const char *const plm_export_words[] = {
    "equity",       "margin",     "contributions",  "prices",      "fills",       "orders",
    "positions",    "postings",   "funding",        "interest",    "settlements", "margin-events",
    "liquidations", "stages",     "counterparties", "rules",       "collateral",  "notes",
    "metrics",      "accounts",   "pools",          "instruments", "rulebooks",   "run",
    "settings",     "deviations", "warnings",       NULL};

/* In the order of the words. */
static const plm_export_table tables[] = {
    {"equity",
     true,
     "SELECT e.id, e.ts_ns, a.name, e.event, e.at, " MONEY("e", "nav") ", " MONEY(
         "e", "unrealised") ", s.name FROM equity e JOIN account a ON a.id = e.account_id JOIN "
                            "asset s ON s.id = a.report_asset_id" MINE "ORDER BY e.id",
     {N("seq"), TIME("time"), T("account"), N("event"), T("at"), M("nav"), M("unrealised"),
      T("asset")}},
    {"margin",
     true,
     "SELECT m.id, m.ts_ns, a.name, " POOL_NAME
     ", m.liquidation_id, " MONEY("m", "equity") ", " MONEY("m", "initial") ", " MONEY(
         "m", "orders") ", " MONEY("m",
                                   "maintenance") ", " MONEY("m",
                                                             "collat"
                                                             "eral") ", s.name FROM margin m JOIN "
                                                                     "pool p ON p.id = m.pool_id "
                                                                     "JOIN account a ON a.id = "
                                                                     "p.account_id JOIN asset s ON "
                                                                     "s.id = p.unit_id LEFT JOIN "
                                                                     "instrument q ON q.id = "
                                                                     "p.instrument_id" MINE
                                                                     "ORDER BY m.id",
     {N("seq"), TIME("time"), T("account"), T("pool"), N("liquidation"), M("equity"), M("initial"),
      M("orders"), M("maintenance"), M("collateral"), T("unit")}},
    {"contributions",
     true,
     "SELECT c.id, m.ts_ns, a.name, " POOL_NAME ", c.margin_id, i.symbol, c.leg, c.qty, "
     "i.qty_scale, c.px2, i.px_scale, " MONEY("c", "unrealised") ", " MONEY(
         "c",
         "notional") ", i.settle, " MONEY("c",
                                          "initial") ", " MONEY("c",
                                                                "maintenance") ", s.name, c.tier "
                                                                               "FROM contribution "
                                                                               "c JOIN margin m ON "
                                                                               "m.id = c.margin_id "
                                                                               "JOIN pool p ON "
                                                                               "p.id "
                                                                               "= m.pool_id JOIN "
                                                                               "account a ON a.id "
                                                                               "= p.account_id "
                                                                               "JOIN asset s ON "
                                                                               "s.id = p.unit_id "
                                                                               "JOIN "
                                                                               "instrument i ON "
                                                                               "i.id = "
                                                                               "c.instrument_id "
                                                                               "LEFT JOIN "
                                                                               "instrument q ON "
                                                                               "q.id = "
                                                                               "p.instrument_"
                                                                               "id" MINE
                                                                               "ORDER BY c.id",
     {N("seq"), TIME("time"), T("account"), T("pool"), N("margin"), T("instrument"), N("leg"),
      S("qty"), H("px"), M("unrealised"), M("notional"), T("settle"), M("initial"),
      M("maintenance"), T("unit"), N("tier")}},
    {"prices",
     false,
     "SELECT p.id, p.ts_ns, i.symbol, p.px2, i.px_scale FROM price p JOIN instrument i ON i.id = "
     "p.instrument_id ORDER BY p.id",
     {N("seq"), TIME("time"), T("instrument"), H("px")}},
    {"fills",
     true,
     "SELECT f.id, f.ts_ns, a.name, f.event, f.order_id, f.liquidation_id, i.symbol, f.side, "
     "f.role, f.leg, f.px, i.px_scale, f.qty, i.qty_scale, f.left, i.qty_scale, " MONEY(
         "f", "value") ", " MONEY("f",
                                  "fee") ", " MONEY("f",
                                                    "realised") ", s.name FROM fill f JOIN account "
                                                                "a ON a.id = f.account_id JOIN "
                                                                "instrument i ON i.id = "
                                                                "f.instrument_id JOIN asset s ON "
                                                                "s.id = f.asset_id" MINE
                                                                "ORDER BY f.id",
     {N("seq"), TIME("time"), T("account"), N("event"), N("order"), N("liquidation"),
      T("instrument"), T("side"), T("role"), N("leg"), S("px"), S("qty"), S("left"), M("value"),
      M("fee"), M("realised"), T("asset")}},
    {"orders",
     true,
     "SELECT o.id, o.ts_ns, a.name, o.what, o.order_id, i.symbol, o.side, o.leg, o.state, "
     "o.reason, o.type, o.tif, o.flags, o.px, i.px_scale, o.qty, i.qty_scale, o.left, i.qty_scale, "
     "o.trigger, o.trigger_by, o.trigger_px, i.px_scale, o.arrives_ns FROM order_event o JOIN "
     "account a ON a.id = o.account_id LEFT JOIN instrument i ON i.id = o.instrument_id" MINE
     "ORDER BY o.id",
     {N("seq"),        TIME("time"), T("account"),    T("what"),       N("order"),
      T("instrument"), T("side"),    N("leg"),        T("state"),      T("reason"),
      T("type"),       T("tif"),     T("flags"),      S("px"),         S("qty"),
      S("left"),       T("trigger"), T("trigger_by"), S("trigger_px"), TIME("arrives")}},
    {"positions",
     true,
     "SELECT p.id, p.ts_ns, a.name, i.symbol, p.leg, p.qty, i.qty_scale, " MONEY(
         "p", "cost") ", " MONEY("p", "realised") ", i.settle FROM position p JOIN account a ON "
                                                  "a.id = p.account_id JOIN instrument i ON i.id = "
                                                  "p.instrument_id" MINE "ORDER BY p.id",
     {N("seq"), TIME("time"), T("account"), T("instrument"), N("leg"), S("qty"), M("cost"),
      M("realised"), T("asset")}},
    {"postings",
     true,
     "SELECT p.id, p.ts_ns, a.name, p.event, p.liquidation_id, p.book, p.cause, i.symbol, " MONEY(
         "p", "amount") ", " MONEY("p", "balance") ", s.name FROM posting p JOIN account a ON a.id "
                                                   "= p.account_id JOIN asset s ON s.id = "
                                                   "p.asset_id LEFT JOIN instrument i ON i.id = "
                                                   "p.instrument_id" MINE "ORDER BY p.id",
     {N("seq"), TIME("time"), T("account"), N("event"), N("liquidation"), T("book"), T("cause"),
      T("instrument"), M("amount"), M("balance"), T("asset")}},
    {"funding",
     true,
     "SELECT f.id, f.ts_ns, a.name, i.symbol, f.leg, f.rate, f.px, i.px_scale, f.qty, "
     "i.qty_scale, " MONEY(
         "f",
         "amount") ", s.name FROM funding f JOIN account a ON a.id = f.account_id JOIN "
                   "instrument i ON i.id = f.instrument_id JOIN asset s ON s.id = f.asset_id" MINE
                   "ORDER BY f.id",
     {N("seq"), TIME("time"), T("account"), T("instrument"), N("leg"), R("rate"), S("px"), S("qty"),
      M("amount"), T("asset")}},
    {"interest",
     true,
     "SELECT f.id, f.ts_ns, a.name, s.name, f.rate, " MONEY(
         "f", "amount") " FROM interest f JOIN account a ON a.id = f.account_id JOIN asset s ON "
                        "s.id = f.asset_id" MINE "ORDER BY f.id",
     {N("seq"), TIME("time"), T("account"), T("asset"), R("rate"), M("amount")}},
    {"settlements",
     true,
     "SELECT f.id, f.ts_ns, a.name, i.symbol, f.leg, f.px, i.px_scale, f.qty, i.qty_scale, " MONEY(
         "f", "realised") ", s.name FROM settlement f JOIN account a ON a.id = f.account_id JOIN "
                          "instrument i ON i.id = "
                          "f.instrument_id JOIN asset s ON s.id = f.asset_id" MINE "ORDER BY f.id",
     {N("seq"), TIME("time"), T("account"), T("instrument"), N("leg"), S("px"), S("qty"),
      M("realised"), T("asset")}},
    {"margin-events",
     true,
     "SELECT e.id, e.ts_ns, a.name, " POOL_NAME
     ", e.what, e.reason, e.ratio, " MONEY("e", "equity") ", " MONEY(
         "e",
         "maintenance") ", i.symbol, e.leg, s.name, " MONEY("e",
                                                            "amount") ", " MONEY("e",
                                                                                 "moved") ", "
                                                                                          "e."
                                                                                          "leverage"
                                                                                          " FROM "
                                                                                          "margin_"
                                                                                          "event e "
                                                                                          "JOIN "
                                                                                          "account "
                                                                                          "a ON "
                                                                                          "a.id = "
                                                                                          "e."
                                                                                          "account_"
                                                                                          "id LEFT "
                                                                                          "JOIN "
                                                                                          "pool p "
                                                                                          "ON p.id "
                                                                                          "= "
                                                                                          "e.pool_"
                                                                                          "id LEFT "
                                                                                          "JOIN "
                                                                                          "instrume"
                                                                                          "nt q ON "
                                                                                          "q.id = "
                                                                                          "p."
                                                                                          "instrume"
                                                                                          "nt_id "
                                                                                          "LEFT "
                                                                                          "JOIN "
                                                                                          "instrume"
                                                                                          "nt i ON "
                                                                                          "i.id = "
                                                                                          "e."
                                                                                          "instrume"
                                                                                          "nt_id "
                                                                                          "LEFT "
                                                                                          "JOIN "
                                                                                          "asset s "
                                                                                          "ON s.id "
                                                                                          "= "
                                                                                          "e.asset_"
                                                                                          "id" MINE
                                                                                          "ORDER "
                                                                                          "BY e.id",
     {N("seq"),
      TIME("time"),
      T("account"),
      T("pool"),
      T("what"),
      T("reason"),
      R("ratio"),
      M("equity"),
      M("maintenance"),
      T("instrument"),
      N("leg"),
      T("asset"),
      M("amount"),
      M("moved"),
      {PLM_EXPORT_HUNDRED, "leverage"}}},
    {"liquidations",
     true,
     "SELECT l.id, a.name, l.number, " POOL_NAME ", l.begin_ns, l.end_ns, l.event, c.symbol, "
     "l.ended, l.cancelled_only, " MONEY("l", "equity") ", " MONEY("l", "maintenance") ", " MONEY(
         "l", "shortfall") ", s.name FROM liquidation l JOIN account a ON a.id = l.account_id JOIN "
                           "pool p ON p.id = "
                           "l.pool_id JOIN asset s ON s.id = p.unit_id LEFT JOIN instrument q ON "
                           "q.id = p.instrument_id "
                           "LEFT JOIN instrument c ON c.id = l.culprit_id" MINE "ORDER BY l.id",
     {N("liquidation"), T("account"), N("number"), T("pool"), TIME("begin"), TIME("end"),
      N("event"), T("culprit"), T("ended"), N("cancelled_only"), M("equity"), M("maintenance"),
      M("shortfall"), T("unit")}},
    {"stages",
     true,
     "SELECT t.id, t.ts_ns, a.name, t.liquidation_id, t.stage, t.round, t.action, t.done, "
     "i.symbol, t.leg, t.side, t.qty, coalesce(i.qty_scale, 0), t.px, coalesce(i.px_scale, "
     "0), " MONEY("t", "value") ", " MONEY("t", "equity") ", " MONEY(
         "t",
         "maintenance") " FROM liquidation_stage t JOIN liquidation l ON l.id = t.liquidation_id "
                        "JOIN account a ON "
                        "a.id = l.account_id LEFT JOIN instrument i ON i.id = t.instrument_id" MINE
                        "ORDER BY t.id",
     {N("seq"), TIME("time"), T("account"), N("liquidation"), N("stage"), N("round"), T("action"),
      N("done"), T("instrument"), N("leg"), T("side"), S("qty"), S("px"), M("value"), M("equity"),
      M("maintenance")}},
    {"counterparties",
     true,
     "SELECT c.id, c.ts_ns, a.name, c.liquidation_id, c.cause, c.payer, b.name, i.symbol, c.leg, "
     "c.qty, coalesce(i.qty_scale, 0), " MONEY(
         "c", "value") ", s.name, c.score FROM counterparty c JOIN liquidation l ON l.id = "
                       "c.liquidation_id JOIN "
                       "account a ON a.id = l.account_id JOIN asset s ON s.id = c.asset_id LEFT "
                       "JOIN account b ON "
                       "b.id = c.account_id LEFT JOIN instrument i ON i.id = c.instrument_id" MINE
                       "ORDER BY c.id",
     {N("seq"), TIME("time"), T("account"), N("liquidation"), T("cause"), T("payer"), T("who"),
      T("instrument"), N("leg"), S("qty"), M("value"), T("asset"), R("score")}},
    {"rules",
     false,
     "SELECT c.id, c.ts_ns, r.name, c.effective_ns, c.announced_ns FROM rule_change c JOIN "
     "rulebook "
     "r ON r.id = c.rulebook_id ORDER BY c.id",
     {N("seq"), TIME("time"), T("rulebook"), TIME("effective"), TIME("announced")}},
    {"collateral",
     true,
     "SELECT c.id, c.ts_ns, a.name, c.code, s.name, i.symbol, c.weight, " MONEY(
         "c", "lost") " FROM collateral_event c JOIN account a ON a.id = c.account_id LEFT JOIN "
                      "asset s ON s.id = "
                      "c.asset_id LEFT JOIN instrument i ON i.id = c.custody_id" MINE
                      "ORDER BY c.id",
     {N("seq"), TIME("time"), T("account"), T("code"), T("asset"), T("custody"), R("weight"),
      M("lost")}},
    {"notes",
     true,
     "SELECT n.id, n.ts_ns, a.name, n.text FROM note n JOIN account a ON a.id = n.account_id" MINE
     "ORDER BY n.id",
     {N("seq"), TIME("time"), T("account"), T("text")}},
    {"metrics",
     true,
     "SELECT a.name, m.name, m.value, m.exact, m.unit, m.basis, m.reason FROM metric m JOIN "
     "account "
     "a ON a.id = m.account_id" MINE "ORDER BY m.account_id, m.name",
     {T("account"),
      T("metric"),
      {PLM_EXPORT_REAL, "value"},
      T("exact"),
      T("unit"),
      T("basis"),
      T("reason")}},
    {"accounts",
     true,
     "SELECT a.id, a.name, a.variant_group, a.regime, a.strategy, a.params, a.world, r.name, "
     "a.hedge, a.same, a.after_liquidation, s.name, " MONEY(
         "a", "first_nav") ", a.requests, a.orders, a.rejected, a.skipped_fills, a.margin_calls, "
                           "a.bankrupt, a.stopped, " MONEY(
                               "a", "insurance_used") " FROM account a JOIN "
                                                      "asset s ON s.id = "
                                                      "a.report_asset_id LEFT "
                                                      "JOIN rulebook r ON r.id = "
                                                      "a.rulebook_id" MINE "ORDER BY a.id",
     {N("id"),        T("account"),           T("group"),
      T("regime"),    T("strategy"),          T("params"),
      N("world"),     T("rulebook"),          N("hedge"),
      T("same"),      T("after_liquidation"), T("asset"),
      M("first_nav"), N("requests"),          N("orders"),
      N("rejected"),  N("skipped_fills"),     N("margin_calls"),
      N("bankrupt"),  N("stopped"),           M("insurance_used")}},
    {"pools",
     true,
     "SELECT p.id, a.name, p.regime, q.symbol, p.leg, s.name, " MONEY(
         "p", "lowest") ", p.lowest_ns FROM pool p JOIN account a ON a.id = p.account_id JOIN "
                        "asset s ON s.id = "
                        "p.unit_id LEFT JOIN instrument q ON q.id = p.instrument_id" MINE
                        "ORDER BY p.id",
     {N("id"), T("account"), T("regime"), T("instrument"), N("leg"), T("unit"), M("lowest_surplus"),
      TIME("lowest")}},
    {"instruments",
     false,
     "SELECT id, symbol, kind, base, quote, settle, multiplier, mult_scale, tick, px_scale, lot, "
     "qty_scale, underlying, strike, px_scale, expiry_ns, listed_ns, delisted_ns FROM instrument "
     "ORDER BY id",
     {N("id"), T("instrument"), T("kind"), T("base"), T("quote"), T("settle"), S("multiplier"),
      S("tick"), S("lot"), T("underlying"), S("strike"), TIME("expiry"), TIME("listed"),
      TIME("delisted")}},
    {"rulebooks",
     false,
     "SELECT id, name, file, effective_ns, text, sources FROM rulebook ORDER BY id",
     {N("id"), T("rulebook"), T("file"), TIME("effective"), T("text"), T("sources")}},
    {"run",
     false,
     "SELECT status, cause, name, producer, run_file, config_sha256, tape, tape_digest, "
     "tape_synthetic, seed, sample_len_ns, assess, equity_as, first_ns, last_ns, events, records, "
     "digest, started_utc, elapsed_len_ns FROM run WHERE id = 1",
     {T("status"),         T("cause"),         T("run"),           T("producer"),
      T("run_file"),       T("config_sha256"), T("tape"),          T("tape_digest"),
      N("tape_synthetic"), N("seed"),          N("sample_len_ns"), T("assess"),
      T("equity_as"),      TIME("first"),      TIME("last"),       N("events"),
      N("records"),        T("digest"),        T("started"),       N("elapsed_len_ns")}},
    {"settings",
     false,
     "SELECT path, value, origin FROM setting ORDER BY id",
     {T("path"), T("value"), T("origin")}},
    {"deviations", false, "SELECT text FROM deviation ORDER BY id", {T("text")}},
    {"warnings", false, "SELECT code, text FROM warning ORDER BY id", {T("code"), T("text")}},
};

const plm_export_table *plm_export_find(const char *word)
{
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
        if (strcmp(tables[i].word, word) == 0) {
            return &tables[i];
        }
    }
    return NULL;
}
