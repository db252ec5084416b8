/*
 * load.c - finds plug-ins in shared objects. Everything is read before any of it is believed: the
 * entry's version first, then the factory, then each descriptor.
 */
#include "load.h"

#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

#include "memory.h"
#include "param.h"
#include "plimsoll_margin.h"

/* What one factory makes; count 0: the plug-in has none of that kind. */
typedef struct shelf {
    const plm_factory *factory;
    uint32_t count;
    const plm_descriptor *descriptor[PLM_LIBRARY_STRATEGIES_MAX];
} shelf;

struct plm_library {
    char *path;
    shelf strategies, models;
};

/* -- modes of floating point ----------------------------------------------------------------- */

#define MXCSR_CONTROL UINT32_C(0xFFC0) /* all but the sticky flags of what has happened */

uint32_t plm_float_mode(void)
{
#if defined(__x86_64__)
    return __builtin_ia32_stmxcsr() & MXCSR_CONTROL;
#else
    return PLM_FLOAT_MODE_DEFAULT;
#endif
}

void plm_float_mode_reset(void)
{
#if defined(__x86_64__)
    __builtin_ia32_ldmxcsr(PLM_FLOAT_MODE_DEFAULT);
#endif
}

/* -- checks ---------------------------------------------------------------------------------- */

static plm_status check_version(const char *path, plm_version version, plm_diag *diag)
{
    plm_version const ours = PLM_ABI_VERSION;
    if (version.major != ours.major || version.minor > ours.minor) {
        return plm_fail(
            diag, PLM_ERR_INPUT,
            "%s: is built for version %u.%u of the plug-in interface, this plimsoll has "
            "%u.%u; build it anew",
            path, version.major, version.minor, ours.major, ours.minor);
    }
    if (version.layout != ours.layout) {
        return plm_fail(diag, PLM_ERR_INPUT,
                        "%s: the layout word of its plug-in interface is 0x%08x, that of this "
                        "plimsoll 0x%08x; build it anew with the installed plimsoll.h",
                        path, version.layout, ours.layout);
    }
    return PLM_OK;
}

static plm_status check_factory(const char *path, const plm_factory *factory, plm_diag *diag)
{
    if (factory->size < sizeof *factory) {
        return plm_fail(diag, PLM_ERR_INPUT,
                        "%s: its factory has %u bytes; allowed are %zu or more (is `size` set?)",
                        path, factory->size, sizeof *factory);
    }
    if (factory->count == NULL || factory->descriptor == NULL || factory->create == NULL) {
        return plm_fail(diag, PLM_ERR_INPUT, "%s: a function of its factory is NULL", path);
    }
    return PLM_OK;
}

static plm_status read_descriptor(const char *path, shelf *from, const char *one, uint32_t index,
                                  plm_diag *diag)
{
    const plm_descriptor *const descriptor = from->factory->descriptor(from->factory, index);
    if (descriptor == NULL) {
        return plm_fail(diag, PLM_ERR_INPUT, "%s: its descriptor %u of %u is NULL", path, index + 1,
                        from->count);
    }
    plm_diag reason;
    plm_diag_init(&reason);
    if (plm_descriptor_check(descriptor, &reason) < 0) {
        return plm_fail(diag, PLM_ERR_INPUT, "%s: %s", path, reason.text);
    }
    PLM_TRY(check_version(path, descriptor->abi, diag));
    for (uint32_t i = 0; i < index; i++) {
        if (strcmp(from->descriptor[i]->id, descriptor->id) == 0) {
            return plm_fail(diag, PLM_ERR_INPUT, "%s: has two %s '%s'", path, one, descriptor->id);
        }
    }
    from->descriptor[index] = descriptor;
    return PLM_OK;
}

/* `several` is what the factory makes, in words. */
static plm_status read_factory(const char *path, const plm_factory *factory, const char *several,
                               plm_diag *diag, shelf *out)
{
    out->factory = factory;
    if (factory == NULL) {
        return PLM_OK;
    }
    PLM_TRY(check_factory(path, factory, diag));
    out->count = factory->count(factory);
    if (out->count == 0 || out->count > PLM_LIBRARY_STRATEGIES_MAX) {
        return plm_fail(diag, PLM_ERR_INPUT, "%s: has %u %s; allowed are 1 to %u", path, out->count,
                        several, PLM_LIBRARY_STRATEGIES_MAX);
    }
    for (uint32_t i = 0; i < out->count; i++) {
        PLM_TRY(read_descriptor(path, out, several, i, diag));
    }
    return PLM_OK;
}

static plm_status read_entry(plm_library *library, const plm_entry_table *entry, plm_diag *diag)
{
    const char *const path = library->path;
    PLM_TRY(check_version(path, entry->abi, diag));
    if (entry->get_factory == NULL) {
        return plm_fail(diag, PLM_ERR_INPUT, "%s: get_factory of its plm_entry is NULL", path);
    }
    PLM_TRY(read_factory(path, entry->get_factory(PLM_FACTORY_STRATEGY), "strategies", diag,
                         &library->strategies));
    PLM_TRY(read_factory(path, entry->get_factory(PLM_FACTORY_MARGIN), "margin models", diag,
                         &library->models));
    if (library->strategies.factory == NULL && library->models.factory == NULL) {
        return plm_fail(diag, PLM_ERR_INPUT,
                        "%s: has neither strategies (factory '%s') nor margin models (factory "
                        "'%s')",
                        path, PLM_FACTORY_STRATEGY, PLM_FACTORY_MARGIN);
    }
    return PLM_OK;
}

/* A constructor of an -Ofast build changes arithmetic for the whole process: refused, and undone
 * for whoever is not to blame. */
static plm_status check_mode(const char *path, plm_diag *diag)
{
    uint32_t const mode = plm_float_mode();
    if (mode == PLM_FLOAT_MODE_DEFAULT) {
        return PLM_OK;
    }
    plm_float_mode_reset();
    return plm_fail(diag, PLM_ERR_INPUT,
                    "%s: loading it changed the modes of floating point (MXCSR 0x%04x, allowed "
                    "0x%04x); build it without -Ofast and -ffast-math",
                    path, mode, PLM_FLOAT_MODE_DEFAULT);
}

/* -- libraries ------------------------------------------------------------------------------- */

/* A bare name would be searched for along the system's paths. */
static void *open_object(const char *path)
{
    size_t const cap = strlen(path) + sizeof "./";
    char *const place = plm_alloc(cap, 1);
    (void)snprintf(place, cap, "%s%s", strchr(path, '/') == NULL ? "./" : "", path);
    void *const object = dlopen(place, RTLD_NOW | RTLD_LOCAL);
    plm_free(place);
    return object;
}

plm_status plm_library_open(const char *path, plm_diag *diag, plm_library **out)
{
    void *const object = open_object(path);
    if (object == NULL) {
        const char *const told = dlerror();
        const char *reason = told == NULL ? "for no reason that is told" : told;
        const size_t size = strlen(path);
        if (strncmp(reason, path, size) == 0 && strncmp(reason + size, ": ", 2) == 0) {
            reason += size + 2; /* the message begins with the path already */
        }
        return plm_fail(diag, PLM_ERR_INPUT, "%s: cannot be loaded: %s", path, reason);
    }
    PLM_TRY(check_mode(path, diag));
    const plm_entry_table *const entry = dlsym(object, "plm_entry");
    if (entry == NULL) {
        return plm_fail(diag, PLM_ERR_INPUT,
                        "%s: is no plug-in: it exports no plm_entry (is PLM_EXPORT missing?)",
                        path);
    }
    plm_library *const library = plm_alloc(1, sizeof *library);
    library->path = plm_strdup(path);
    plm_status status = read_entry(library, entry, diag);
    status = status == PLM_OK ? check_mode(path, diag) : status;
    if (status < 0) {
        plm_library_close(library);
        return status;
    }
    *out = library;
    return PLM_OK;
}

void plm_library_close(plm_library *library)
{
    if (library != NULL) {
        plm_free(library->path);
        plm_free(library);
    }
}

const char *plm_library_path(const plm_library *library)
{
    return library->path;
}

uint32_t plm_library_count(const plm_library *library)
{
    return library->strategies.count;
}

const plm_descriptor *plm_library_descriptor(const plm_library *library, uint32_t index)
{
    return library->strategies.descriptor[index];
}

const plm_factory *plm_library_factory(const plm_library *library)
{
    return library->strategies.factory;
}

uint32_t plm_library_model_count(const plm_library *library)
{
    return library->models.count;
}

const plm_descriptor *plm_library_model(const plm_library *library, uint32_t index)
{
    return library->models.descriptor[index];
}

const plm_factory *plm_library_model_factory(const plm_library *library)
{
    return library->models.factory;
}
