/*
 * scribe.c - a ring of buffers between the run, which gives, and the thread, which takes. What is
 * written, and in which order, does not depend on the thread: without one (few records, or no
 * thread to be had) the run writes itself.
 */
#include "scribe.h"

#include <pthread.h>
#include <signal.h>
#include <stdbool.h>

#include "check.h"
#include "memory.h"

#define BUFFERS                                                                                    \
    4u /* what stays in a cache; a sync of the disk takes longer than any number fills */

struct plm_scribe {
    plm_record buffer[BUFFERS][PLM_SCRIBE_RECORDS];
    uint32_t size[BUFFERS];
    plm_scribe_write *write;
    void *context;
    pthread_t thread;
    bool threaded, refused; /* refused: there is no thread to be had */
    pthread_mutex_t mutex;  /* guards what follows */
    pthread_cond_t more, room;
    uint64_t given, taken; /* buffers */
    bool ends;
};

static void *take_buffers(void *context)
{
    plm_scribe *const scribe = context;
    (void)pthread_mutex_lock(&scribe->mutex);
    for (;;) {
        while (scribe->taken == scribe->given && !scribe->ends) {
            (void)pthread_cond_wait(&scribe->more, &scribe->mutex);
        }
        if (scribe->ends) {
            break;
        }
        size_t const at = scribe->taken % BUFFERS;
        (void)pthread_mutex_unlock(&scribe->mutex);
        scribe->write(scribe->context, scribe->buffer[at], scribe->size[at]);
        (void)pthread_mutex_lock(&scribe->mutex);
        scribe->taken++;
        (void)pthread_cond_signal(&scribe->room);
    }
    (void)pthread_mutex_unlock(&scribe->mutex);
    return NULL;
}

/* Signals stay with the run. */
static void start(plm_scribe *scribe)
{
    sigset_t all;
    sigset_t before;
    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before);
    scribe->threaded = pthread_create(&scribe->thread, NULL, take_buffers, scribe) == 0;
    scribe->refused = !scribe->threaded;
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
}

plm_scribe *plm_scribe_create(plm_scribe_write *write, void *context)
{
    plm_scribe *const scribe = plm_alloc_aligned(1, sizeof *scribe, 64);
    scribe->write = write;
    scribe->context = context;
    plm_assert(pthread_mutex_init(&scribe->mutex, NULL) == 0);
    plm_assert(pthread_cond_init(&scribe->more, NULL) == 0);
    plm_assert(pthread_cond_init(&scribe->room, NULL) == 0);
    return scribe;
}

void plm_scribe_destroy(plm_scribe *scribe)
{
    if (scribe == NULL) {
        return;
    }
    if (scribe->threaded) {
        (void)pthread_mutex_lock(&scribe->mutex);
        scribe->ends = true;
        (void)pthread_cond_signal(&scribe->more);
        (void)pthread_mutex_unlock(&scribe->mutex);
        (void)pthread_join(scribe->thread, NULL);
    }
    (void)pthread_cond_destroy(&scribe->room);
    (void)pthread_cond_destroy(&scribe->more);
    (void)pthread_mutex_destroy(&scribe->mutex);
    plm_free(scribe);
}

/* The run alone changes `given`, so it may read it without the lock. */
plm_record *plm_scribe_buffer(plm_scribe *scribe)
{
    return scribe->buffer[scribe->given % BUFFERS];
}

/* Returns when at most so many buffers wait to be taken. */
static void give(plm_scribe *scribe, uint32_t count, uint64_t waiting)
{
    (void)pthread_mutex_lock(&scribe->mutex);
    if (count > 0) {
        scribe->size[scribe->given % BUFFERS] = count;
        scribe->given++;
        (void)pthread_cond_signal(&scribe->more);
    }
    while (scribe->given - scribe->taken > waiting) {
        (void)pthread_cond_wait(&scribe->room, &scribe->mutex);
    }
    (void)pthread_mutex_unlock(&scribe->mutex);
}

plm_record *plm_scribe_pass(plm_scribe *scribe, uint32_t count)
{
    if (!scribe->threaded && !scribe->refused) {
        start(scribe);
    }
    if (scribe->threaded) {
        give(scribe, count, BUFFERS - 1);
    } else {
        scribe->write(scribe->context, plm_scribe_buffer(scribe), count);
    }
    return plm_scribe_buffer(scribe);
}

plm_record *plm_scribe_finish(plm_scribe *scribe, uint32_t count)
{
    if (scribe->threaded) {
        give(scribe, count, 0);
    } else if (count > 0) {
        scribe->write(scribe->context, plm_scribe_buffer(scribe), count);
    }
    return plm_scribe_buffer(scribe);
}
