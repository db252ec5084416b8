/*
 * progress.c - how far a long command is: a bar on a terminal, a line every ten percent otherwise,
 * nothing under -q.
 */
#include "progress.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "figures.h"
#include "timetext.h"

#define BAR_CELLS 10                         /* the whole line stays below 80 columns */
#define BAR_PERIOD_NS INT64_C(100000000)     /* between two drawings of a bar */
#define LINE_PATIENCE_NS INT64_C(1000000000) /* what is over at once needs no lines */
#define LINE_PERIOD_NS INT64_C(10000000000)  /* between two lines when the total is unknown */

static int64_t now_ns(void)
{
    struct timespec now;
    if (clock_gettime(CLOCK_MONOTONIC, &now) != 0) {
        return 0;
    }
    return (int64_t)now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

void plm_progress_start(const plm_session *session, plm_progress *out)
{
    plm_progress_mode mode = PLM_PROGRESS_NONE;
    if (!session->quiet) {
        mode = plm_console_redraws(STDERR_FILENO) ? PLM_PROGRESS_BAR : PLM_PROGRESS_LINES;
    }
    const char *what = session->command->name;
    const char *blank = strrchr(what, ' ');
    *out = (plm_progress){
        .mode = mode, .what = blank == NULL ? what : blank + 1, .started_ns = now_ns()};
    out->shown_ns = out->started_ns;
}

static uint64_t scaled(uint64_t part, uint64_t by, uint64_t whole)
{
    plm_i128 out = 0;
    if (whole == 0 ||
        !plm_muldiv((plm_i128)part, (plm_i128)by, (plm_i128)whole, PLM_ROUND_FLOOR, &out)) {
        return 0;
    }
    return (uint64_t)out;
}

static void say(const plm_progress *progress, uint64_t done, uint64_t total, uint64_t events,
                plm_ts ts, int64_t now)
{
    char count[PLM_FIGURES_CAP];
    char rate[PLM_FIGURES_CAP];
    char when[PLM_TIME_TEXT_CAP] = "-";
    char left[32] = "";
    char bar[BAR_CELLS + 12] = "";
    const uint64_t spent_ns = (uint64_t)(now - progress->started_ns);
    (void)plm_figures_short(events, count);
    (void)plm_figures_short(scaled(events, UINT64_C(1000000000), spent_ns), rate);
    if (ts != 0) {
        (void)plm_time_format(ts, when);
        when[16] = '\0';
    }
    if (total > 0 && done > 0) {
        const uint64_t seconds = scaled(spent_ns, total - done, done) / UINT64_C(1000000000);
        (void)snprintf(left, sizeof left, "  %llu:%02llu left", (unsigned long long)(seconds / 60),
                       (unsigned long long)(seconds % 60));
    }
    const unsigned percent = (unsigned)scaled(done, 100, total);
    if (progress->mode == PLM_PROGRESS_BAR) {
        if (total > 0) {
            const unsigned full = (unsigned)scaled(done, BAR_CELLS, total);
            char cells[BAR_CELLS + 1];
            memset(cells, '.', BAR_CELLS);
            memset(cells, '#', full);
            cells[BAR_CELLS] = '\0';
            (void)snprintf(bar, sizeof bar, " [%s] %3u%%", cells, percent);
        }
        (void)fprintf(stderr, "\r%s%s  %s events  %s  %s/s%s\033[K", progress->what, bar, count,
                      when, rate, left);
        (void)fflush(stderr);
        return;
    }
    if (total > 0) {
        (void)snprintf(bar, sizeof bar, " %u%%", percent);
    }
    (void)fprintf(stderr, "plimsoll: %s:%s  %s events  %s  %s/s%s\n", progress->what, bar, count,
                  when, rate, left);
}

void plm_progress_update(plm_progress *progress, uint64_t done, uint64_t total, uint64_t events,
                         plm_ts ts)
{
    if (progress->mode == PLM_PROGRESS_NONE) {
        return;
    }
    if (total > 0 && done > total) {
        done = total;
    }
    const int64_t now = now_ns();
    if (progress->mode == PLM_PROGRESS_LINES && total > 0) {
        const uint64_t tenths = scaled(done, 10, total);
        if (tenths > progress->tenths && tenths < 10 &&
            now - progress->started_ns >= LINE_PATIENCE_NS) {
            progress->tenths = tenths;
            say(progress, done, total, events, ts, now);
        }
        return;
    }
    const bool bar = progress->mode == PLM_PROGRESS_BAR;
    if (now - progress->shown_ns >= (bar ? BAR_PERIOD_NS : LINE_PERIOD_NS)) {
        progress->shown_ns = now;
        progress->drawn = bar;
        say(progress, done, total, events, ts, now);
    }
}

int64_t plm_progress_elapsed_ns(const plm_progress *progress)
{
    return now_ns() - progress->started_ns;
}

void plm_progress_clear(plm_progress *progress)
{
    if (progress->drawn) {
        (void)fputs("\r\033[K", stderr);
        (void)fflush(stderr);
        progress->drawn = false;
    }
}
