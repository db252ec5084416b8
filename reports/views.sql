-- views.sql - the run database for people: names instead of numbers, exact decimals as text with a
-- real number beside (NAME_real), times as ISO text (_utc) and seconds (_unix).
--
-- A dollar sign opens a short form that stands for several columns; db_view.h lists them.

CREATE VIEW v_price AS
SELECT p.id, $time(p.ts), i.symbol, $px2(p.px2, i, px), p.ts_ns
FROM price AS p JOIN instrument AS i ON i.id = p.instrument_id;
