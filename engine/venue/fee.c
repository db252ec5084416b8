/*
 * fee.c - traded value by day in a ring, with its total: moving on by a day takes one subtraction.
 * A flat schedule counts nothing.
 */
#include "fee.h"

#include <string.h>

#include "check.h"
#include "memory.h"

#define DAY_NS INT64_C(86400000000000)
#define RING_DAYS (PLM_FEE_DAYS + 1) /* the days that count and the current one */

typedef struct volume {
    int64_t today; /* days since 1970 */
    plm_money all; /* of the ring */
    plm_money by_day[RING_DAYS];
} volume;

struct plm_fees {
    uint32_t tier_count, account_count, asset_count;
    plm_fee_tier *tiers;
    volume *volumes; /* account_count * asset_count; NULL: flat */
};

plm_fees *plm_fees_create(const plm_fee_tier *tiers, uint32_t tier_count, uint32_t account_count,
                          uint32_t asset_count)
{
    plm_assert(tier_count > 0 && tier_count <= PLM_FEE_TIERS_MAX);
    plm_assert(tiers[0].volume.v == 0);
    for (uint32_t i = 1; i < tier_count; i++) {
        plm_assert(plm_money_compare(tiers[i - 1].volume, tiers[i].volume) < 0);
    }
    plm_fees *const fees = plm_alloc(1, sizeof *fees);
    *fees = (plm_fees){
        .tier_count = tier_count,
        .account_count = account_count,
        .asset_count = asset_count,
        .tiers = plm_alloc(tier_count, sizeof *tiers),
    };
    memcpy(fees->tiers, tiers, tier_count * sizeof *tiers);
    if (tier_count > 1) {
        fees->volumes = plm_alloc((size_t)account_count * asset_count, sizeof *fees->volumes);
    }
    return fees;
}

void plm_fees_destroy(plm_fees *fees)
{
    if (fees != NULL) {
        plm_free(fees->tiers);
        plm_free(fees->volumes);
        plm_free(fees);
    }
}

/* The volume of an account in an asset, moved on to the day of ts. */
static volume *volume_at(plm_fees *fees, uint32_t account, uint32_t asset, plm_ts ts)
{
    plm_assert(account < fees->account_count);
    plm_assert(asset < fees->asset_count);
    volume *const self = &fees->volumes[(size_t)account * fees->asset_count + asset];
    int64_t const day = ts / DAY_NS;
    plm_assert(day >= self->today);
    if (day - self->today >= RING_DAYS) {
        *self = (volume){.today = day};
    }
    while (self->today < day) {
        self->today++;
        plm_money *const oldest = &self->by_day[self->today % RING_DAYS];
        bool const fits = plm_money_sub(self->all, *oldest, &self->all);
        plm_assert(fits);
        *oldest = (plm_money){0};
    }
    return self;
}

const plm_fee_tier *plm_fees_tier(plm_fees *fees, uint32_t account, uint32_t asset, plm_ts ts)
{
    if (fees->volumes == NULL) {
        return &fees->tiers[0];
    }
    const volume *const self = volume_at(fees, account, asset, ts);
    plm_money before_today;
    bool const fits =
        plm_money_sub(self->all, self->by_day[self->today % RING_DAYS], &before_today);
    plm_assert(fits);
    uint32_t tier = fees->tier_count - 1;
    while (tier > 0 && plm_money_compare(fees->tiers[tier].volume, before_today) > 0) {
        tier--;
    }
    return &fees->tiers[tier];
}

bool plm_fees_traded(plm_fees *fees, uint32_t account, uint32_t asset, plm_ts ts, plm_money value)
{
    if (fees->volumes == NULL) {
        return true;
    }
    plm_money size = value;
    if (value.v < 0 && !plm_money_negate(value, &size)) {
        return false;
    }
    volume *const self = volume_at(fees, account, asset, ts);
    plm_money all;
    if (!plm_money_add(self->all, size, &all)) {
        return false;
    }
    plm_money *const today = &self->by_day[self->today % RING_DAYS];
    bool const fits = plm_money_add(*today, size, today); /* a part of all */
    plm_assert(fits);
    self->all = all;
    return true;
}
