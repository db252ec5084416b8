/*
 * db_view.h - views.sql with its short forms written out: SQLite's own words for an exact decimal
 * are long.
 *
 *     $money(a.NAME [, AS])    text AS NAME and a real number AS NAME_real of a.NAME_micro, _atto
 *     $exact(a.NAME [, AS])    the text alone
 *     $sum(a.NAME [, AS])      the two columns AS_micro, AS_atto of a sum over rows
 *     $less(a.NAME, b.OTHER, AS) the two columns of a difference
 *     $px(a.NAME, i [, AS])    the same of a price in the scale of instrument i
 *     $px2(a.NAME, i, AS)      of twice a price
 *     $qty(a.NAME, i [, AS])   of a quantity
 *     $rate(a.NAME [, AS])     of a rate at 10^-12
 *     $time(a.NAME [, AS])     a.NAME_ns as AS_utc (text) and AS_unix (seconds)
 *
 * NULL stays NULL. Arguments are names, nothing else; so that no text from outside gets in.
 */
#ifndef PLM_DB_VIEW_H
#define PLM_DB_VIEW_H

#include <sqlite3.h>

#include "status.h"

PLM_NODISCARD plm_status plm_db_put_views(sqlite3 *db, const char *sql, plm_diag *diag);

#endif
