#!/bin/sh
# carry_tape.sh - makes examples/carry.tape: a perpetual over a funding settlement (08:00), and a
# spot market with the same trades and quotes.
set -eu
cd "$(dirname "$0")"
plimsoll=${PLIMSOLL:-plimsoll}
"$plimsoll" synth walk --instruments 1 --events 400000 --start 2026-01-01T07:55:00 --seed 7 -q \
    --force -o carry_perp.tape
"$plimsoll" tape cat carry_perp.tape | awk '
    /^# instrument/ { sub("BTCUSDT kind=linear", "BTC/USDT kind=spot"); sub("settle=USDT ", "") }
    /^# end/ { print "# end " count; next }
    /^#|^ts,/ { print; next }
    /,(trade|bid|ask),/ { sub("BTCUSDT", "BTC/USDT"); print; count++ }' > carry_spot.csv
"$plimsoll" import --format csv carry_spot.csv -q --force -o carry_spot.tape
"$plimsoll" tape merge carry_perp.tape carry_spot.tape -q --force -o carry.tape
rm carry_perp.tape carry_spot.csv carry_spot.tape
