/*
 * import_repeat.c - the last value of each kind, by instrument.
 */
#include "import_repeat.h"

#include <string.h>

#include "memory.h"

enum { PLACE_MARK, PLACE_INDEX, PLACE_RATE, PLACE_INTEREST, PLACES };

typedef struct said {
    bool known;
    int64_t px, qty;
} said;

struct plm_repeat_filter {
    said (*rows)[PLACES];
    uint32_t count;
};

plm_repeat_filter *plm_repeat_filter_create(void)
{
    return plm_alloc(1, sizeof(plm_repeat_filter));
}

void plm_repeat_filter_destroy(plm_repeat_filter *filter)
{
    if (filter != NULL) {
        plm_free(filter->rows);
        plm_free(filter);
    }
}

static int place_of(const plm_event *event)
{
    static const uint8_t KINDS[PLACES] = {
        [PLACE_MARK] = PLM_EV_MARK,
        [PLACE_INDEX] = PLM_EV_INDEX,
        [PLACE_RATE] = PLM_EV_FUNDING_RATE,
        [PLACE_INTEREST] = PLM_EV_OPEN_INTEREST,
    };
    for (int place = 0; place < PLACES; place++) {
        if (KINDS[place] == event->kind) {
            return place;
        }
    }
    return PLACES;
}

bool plm_repeat_filter_drops(plm_repeat_filter *filter, const plm_event *event)
{
    int const place = place_of(event);
    if (place == PLACES) {
        return false;
    }
    if (event->sym >= filter->count) {
        uint32_t const count = event->sym + 1;
        filter->rows = plm_realloc(filter->rows, count, sizeof *filter->rows);
        memset(filter->rows + filter->count, 0, (count - filter->count) * sizeof *filter->rows);
        filter->count = count;
    }
    said *const last = &filter->rows[event->sym][place];
    bool const repeats = last->known && last->px == event->px && last->qty == event->qty;
    *last = (said){true, event->px, event->qty};
    return repeats;
}
