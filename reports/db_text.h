/*
 * db_text.h - the texts that a run database is made from, as the build embeds them (embed.py).
 */
#ifndef PLM_DB_TEXT_H
#define PLM_DB_TEXT_H

extern const char plm_schema_sql[];
extern const char plm_views_sql[];   /* with the short forms of db_view.h */
extern const char plm_columns_txt[]; /* for column_doc: TABLE.COLUMN | UNIT | TEXT */

#endif
